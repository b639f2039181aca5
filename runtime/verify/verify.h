// Verify: the double run for real. A program is executed three times on a scratch database, with the builds of its models: once, again as the same invocation (a
// retry), and again as a new one (a rerun). What fails, or leaves another state behind, is told of the hook that did it.
//
// A hook is to blame for a difference between the ends of two runs when it changed that very object in the later one. Where the number of rows differs, it is those
// that changed the number: who updates a row is not to blame for who added it.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/interpreter.h"

namespace hookc {

struct RealVerdict {
  enum class Word : std::uint8_t { Idempotent, FailsAgain, Drifts, NotVerified };
  Word word = Word::NotVerified;
  std::string reason;  // empty when idempotent
};
/// The analyzer's words; `not-verified` where it has `unknown`.
std::string_view name_of(RealVerdict::Word word);

struct HookVerification {
  std::string hook;
  RealVerdict rerun;
  RealVerdict retry;
  bool is_beyond = false;        // it was not executed: it reaches beyond the scratch database
  bool failed_at_once = false;   // in the first run
};

struct VerifyReport {
  std::vector<HookVerification> hooks;   // in the order of the first run
  std::vector<std::string> notes;        // models that could not be built
};

/// `adapter` is a session with a scratch database. `was_refused` says, once, whether the last hook reached beyond it.
std::variant<VerifyReport, RunRefusal> verify_program(Sources& sources, const Project& project, const Program& program, Adapter& adapter, const std::function<bool()>& was_refused);

}  // namespace hookc
