// Verdict: what a second run of a statement does, decided by an abstract double run.
//
// A small catalog (catalog.h) is run over all hooks in dbt's order, twice, with the builds of the models between them. What can fail or leave another
// state behind the second time is the verdict. There are two: a *rerun* is a new invocation (new `invocation_id`, new clock), a *retry* repeats the same one.
// A verdict is never softened: that an audit insert carries a run key makes it *accepted*, which lint honours and the runtime does not.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts.h"

namespace hookc {

enum class Outcome : std::uint8_t { Idempotent, FailsAgain, Drifts, Unknown };

constexpr std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::Idempotent: return "idempotent";
    case Outcome::FailsAgain: return "fails-again";
    case Outcome::Drifts: return "drifts";
    case Outcome::Unknown: return "unknown";
  }
  return "unknown";
}

/// Why a second run is not like the first: what rules tell apart.
enum class Cause : std::uint8_t {
  None,
  Exists,     // what is made is there already
  Missing,    // what is needed is gone
  Rows,       // the same rows are added once more
  OldValue,   // a value is computed from what the last run left
  Clock,      // a value is read off a clock
  Chance,     // a value is random, or the next one of a sequence
  OneShot,    // a swap, a move: doing it twice is not doing it once
  Opaque      // what it does is not known
};

struct Verdict {
  Outcome rerun = Outcome::Idempotent;
  Outcome retry = Outcome::Idempotent;
  bool accepted = false;   // carries a run key: every run is meant to leave its own row
  std::string reason;      // in words, empty when idempotent
  std::size_t action = 0;  // of an ALTER: which of its actions; of an UPDATE: which of its assignments
  Cause cause = Cause::None;
};

/// The verdicts of one hook's statements, by path, sent text and statement.
class Verdicts {
 public:
  [[nodiscard]] const Verdict& of(std::size_t path, std::size_t sent, std::size_t statement) const { return paths_.at(path).at(sent).at(statement); }

 private:
  friend Verdicts run_twice(const ProjectFacts& facts, std::size_t hook);
  std::vector<std::vector<std::vector<Verdict>>> paths_;
};

/// The double run for the hook with this index in `facts.hooks`.
Verdicts run_twice(const ProjectFacts& facts, std::size_t hook);

}  // namespace hookc
