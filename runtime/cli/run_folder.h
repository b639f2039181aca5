// Where runs are written down.
#pragma once

#include <filesystem>
#include <optional>

namespace hookc {

/// `hookc-run` beside the artifacts that are run; else in the project's target folder, where the artifacts would be too.
inline std::filesystem::path run_folder(const std::optional<std::filesystem::path>& artifacts, const std::optional<std::filesystem::path>& root) {
  if (!artifacts) return root.value_or(".") / "target" / "hookc-run";
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(*artifacts, error);
  return (error ? *artifacts : real).parent_path() / "hookc-run";
}

}  // namespace hookc
