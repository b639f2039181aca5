// explore: all the ways that an evaluation can go, by replay. Each path is one evaluation from the start under a longer list of answers: no state is
// copied, and there is no second evaluator.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/iterator/indirect_iterator.hpp>

#include "compiler/eval/choices.h"
#include "compiler/eval/evaluator.h"

namespace hookc {

/// The answers of a path, in order. Paths that begin alike share them.
class Answers {
 public:
  using Shared = std::vector<std::shared_ptr<const Answer>>;
  Answers() = default;
  explicit Answers(Shared all) : all_(std::move(all)) {}
  [[nodiscard]] auto begin() const { return boost::make_indirect_iterator(all_.begin()); }
  [[nodiscard]] auto end() const { return boost::make_indirect_iterator(all_.end()); }
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] const Answer& operator[](std::size_t i) const { return *all_[i]; }
  /// The first `count`, to begin another path with.
  [[nodiscard]] Shared first(std::size_t count) const { return Shared(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(count)); }

 private:
  Shared all_;
};

/// What came of one evaluation.
struct Walk {
  Walk(EvalOutcome its_outcome, Rendering printed = {}) : outcome(std::move(its_outcome)), until_error(std::move(printed)) {}
  EvalOutcome outcome;
  Rendering until_error;  // what was printed, where an error ended it
};

/// One evaluation under one list of answers.
struct Path {
  Answers answers;  // those that really forked
  EvalOutcome outcome;
  Rendering until_error;
};

struct Exploration {
  std::vector<Path> paths;
  bool complete = true;
  std::string stopped_by;  // the limit that left paths out: `1024 paths`
};

struct ExploreOptions {
  std::size_t max_paths = 1024;
  /// Where there are more than `max_paths`, this many combine known answers; beyond them only paths that show a new answer are walked.
  std::size_t max_combinations = 32;
  /// What all paths print together, in pieces (prints and calls), up to errors too: a hook that makes thousands of them on each path is not walked hundreds of times.
  /// After a fifth of it, and `max_combinations` paths, the search ends where the paths that are known to be left would take it beyond.
  std::size_t max_pieces = 100'000;
};

/// One evaluation; its host's `choose` asks the Choices. It must do the same each time but for the answers: inputs that are lists or dicts are
/// handed out as fresh copies (`deep_copy`).
using ExploreRun = std::function<Walk(Choices&)>;

/// Every path, each once. Under the limit, paths that show a new answer to some question come before those that combine known ones.
Exploration explore(const ExploreRun& run, const ExploreOptions& options = {});

}  // namespace hookc
