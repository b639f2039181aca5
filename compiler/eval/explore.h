// explore: all the ways that an evaluation can go, by replay. Each path is one evaluation from the start under a longer list of answers: no state is
// copied, and there is no second evaluator.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "compiler/eval/choices.h"
#include "compiler/eval/evaluator.h"

namespace hookc {

/// One evaluation under one list of answers.
struct Path {
  std::vector<Answer> answers;  // those that really forked
  EvalOutcome outcome;
};

struct Exploration {
  std::vector<Path> paths;
  bool complete = true;
  std::string stopped_by;  // the limit that left paths out: `256 paths`
};

struct ExploreOptions {
  std::size_t max_paths = 256;
  /// Where there are more than `max_paths`, this many combine known answers; beyond them only paths that show a new answer are walked.
  std::size_t max_combinations = 32;
};

/// One evaluation; its host's `choose` asks the Choices. It must do the same each time but for the answers: inputs that are lists or dicts are
/// handed out as fresh copies (`deep_copy`).
using ExploreRun = std::function<EvalOutcome(Choices&)>;

/// Every path, each once. Under the limit, paths that show a new answer to some question come before those that combine known ones.
Exploration explore(const ExploreRun& run, const ExploreOptions& options = {});

}  // namespace hookc
