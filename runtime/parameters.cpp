#include "runtime/parameters.h"

#include <array>
#include <chrono>
#include <random>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "compiler/project/hosts.h"

namespace hookc {
namespace {

constexpr std::string_view kEnvironment = "env_var('";

/// A random UUID (version 4).
std::string make_uuid() {
  std::random_device random;
  std::array<std::uint32_t, 4> words{};
  for (std::uint32_t& word : words) word = random();
  words[1] = (words[1] & 0xFFFF0FFFU) | 0x00004000U;
  words[2] = (words[2] & 0x3FFFFFFFU) | 0x80000000U;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:04x}{:08x}", words[0], words[1] >> 16U, words[1] & 0xFFFFU, words[2] >> 16U, words[2] & 0xFFFFU, words[3]);
}

}  // namespace

std::string RunIdentity::started_at_text() const {
  std::string text = started_at;
  const std::size_t mark = text.find('T');
  if (mark != std::string::npos) text[mark] = ' ';
  return text;
}

RunIdentity make_run_identity() {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const auto fraction = (now - seconds).count();
  std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
  if (fraction > 0) text += fmt::format(".{:06}", fraction);
  return RunIdentity{make_uuid(), text + "+00:00"};
}

std::variant<ParameterValues, ParameterError> resolve_parameters(const Program& program, const Project& project, const RunIdentity& identity) {
  for (const BoundVariable& bound : program.bound_variables) {
    const auto value = project.environment_value(bound.name);
    if (variable_digest(value ? std::optional<std::string_view>{*value} : std::nullopt) == bound.digest) continue;
    return ParameterError{fmt::format("the environment variable `{}` is not what it was when the hooks were compiled, and a hook tests it", bound.name), "compile again with the environment of the run"};
  }
  ParameterValues values;
  for (const auto& [symbol, parameter] : program.parameters) {
    if (parameter.name == "invocation_id") {
      values.emplace(symbol, identity.invocation_id);
    } else if (parameter.name == "run_started_at") {
      values.emplace(symbol, identity.started_at_text());
    } else if (parameter.name.starts_with(kEnvironment) && parameter.name.ends_with("')")) {
      const std::string variable = parameter.name.substr(kEnvironment.size(), parameter.name.size() - kEnvironment.size() - 2);
      const auto value = project.environment_value(variable);
      if (!value && !parameter.default_value) {
        return ParameterError{fmt::format("Env var required but not provided: '{}'", variable), fmt::format("set {}; a hook prints it", variable)};
      }
      values.emplace(symbol, value ? *value : *parameter.default_value);
    } else {
      return ParameterError{fmt::format("the parameter `{}` is not known to this version of hookc", parameter.name), "compile the project again"};
    }
  }
  return values;
}

}  // namespace hookc
