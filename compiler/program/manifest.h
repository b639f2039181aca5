// manifest: a Program as JSON, and back. What a deferred hook needs beside it (macros, nodes, vars) is the manifest's context (context_json.h).
#pragma once

#include <string>
#include <variant>

#include <nlohmann/json_fwd.hpp>

#include "compiler/program/program.h"

namespace hookc {

inline constexpr int kManifestVersion = 1;

/// Why a manifest cannot be used: in words, with the part that is wrong.
struct ManifestError {
  std::string message;
};

nlohmann::ordered_json manifest_of(const Program& program);
std::variant<Program, ManifestError> program_of(Sources& sources, const nlohmann::ordered_json& manifest);

/// The part of a hook that its checksum covers.
std::string checksum_of(const CompiledHook& hook);

}  // namespace hookc
