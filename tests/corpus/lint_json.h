// lint_json: what lint finds in a project of the corpus, as a program reads it.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace hookc {

/// The JSON that `hookc lint` writes about `project`, run in it, so that files are named from there. Throws when there is none.
inline nlohmann::json lint_json(const std::string& hookc, const std::filesystem::path& project) {
  const std::string command = fmt::format("cd '{}' && '{}' lint --format json", project.string(), hookc);
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error{"cannot run " + command};
  std::string out;
  char buffer[4096];
  for (std::size_t count; (count = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, count);
  pclose(pipe);
  return nlohmann::json::parse(out);
}

}  // namespace hookc
