// parameters: the values of a program's run-time parameters, and the checks that a run may begin: what was bound when it was compiled must still hold.
#pragma once

#include <map>
#include <string>
#include <variant>

#include "compiler/program/program.h"
#include "compiler/project/project.h"

namespace hookc {

/// What one invocation is: its id, and when it began.
struct RunIdentity {
  std::string invocation_id;          // a UUID
  std::string started_at;             // ISO 8601, UTC, with microseconds
  /// As Python prints the datetime: a blank between date and time.
  [[nodiscard]] std::string started_at_text() const;
};
/// A new identity: random, now.
RunIdentity make_run_identity();

struct ParameterError {
  std::string message;
  std::string help;
};
using ParameterValues = std::map<std::string, std::string, std::less<>>;

/// The value of every parameter by its symbol; or the environment variable that is missing, or that has changed since compiling tested it.
std::variant<ParameterValues, ParameterError> resolve_parameters(const Program& program, const Project& project, const RunIdentity& identity);

}  // namespace hookc
