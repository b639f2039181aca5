#include "compiler/eval/explore.h"

#include <algorithm>
#include <utility>

namespace hookc {

namespace {

/// A path that is still to be walked: the answers up to a fork, and another answer there.
struct Pending {
  std::vector<std::size_t> answers;
  Answers::Shared known;  // all but the last of them
  std::string last;       // key of the other answer
};

/// The oldest path with an answer that was not seen yet, else the oldest.
std::vector<Pending>::iterator find_next(std::vector<Pending>& pending, const Choices::Seen& seen) {
  const auto next = std::find_if(pending.begin(), pending.end(), [&](const Pending& path) { return !seen.contains(path.last); });
  return next == pending.end() ? pending.begin() : next;
}

/// The other ways out of the forks that lie behind the prescribed ones.
void add_alternatives(const Answers& answers, std::size_t prescribed, std::vector<Pending>& pending) {
  std::vector<std::size_t> before;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Answer& answer = answers[i];
    for (const std::size_t option : answer.options) {
      if (i < prescribed || option == answer.choice) continue;
      std::vector<std::size_t> other = before;
      other.push_back(option);
      pending.push_back(Pending{std::move(other), answers.first(i), key_of(answer.question, option)});
    }
    before.push_back(answer.choice);
  }
}

/// What the path was asked; the first questions are those of the path that it forked from, and so are their answers.
Answers join(Answers::Shared known, const std::vector<Answer>& all) {
  known.resize(std::min(known.size(), all.size()));
  known.reserve(all.size());
  for (std::size_t i = known.size(); i < all.size(); ++i) known.push_back(std::make_shared<const Answer>(all[i]));
  return Answers{std::move(known)};
}

}  // namespace

Exploration explore(const ExploreRun& run, const ExploreOptions& options) {
  Exploration result;
  Choices::Seen seen;
  std::vector<Pending> pending{Pending{}};
  std::size_t pieces = 0;
  while (!pending.empty()) {
    if (pieces > options.max_pieces) {
      result.complete = false;
      result.stopped_by = std::to_string(options.max_pieces) + " printed pieces";
      break;
    }
    const auto best = find_next(pending, seen);
    const bool is_new = !seen.contains(best->last);
    const bool too_many = result.paths.size() + pending.size() > options.max_paths;  // each that is pending is a path of its own
    if (result.paths.size() >= options.max_paths || (too_many && !is_new && result.paths.size() >= options.max_combinations)) {
      result.complete = false;
      result.stopped_by = std::to_string(options.max_paths) + " paths";
      break;
    }
    Pending next = std::move(*best);
    pending.erase(best);
    Choices choices(next.answers, &seen);
    Walk walk = run(choices);
    const auto* rendering = std::get_if<Rendering>(&walk.outcome);
    pieces += (rendering != nullptr ? *rendering : walk.until_error).frames.size();
    for (const Answer& answer : choices.answers()) seen.insert(key_of(answer.question, answer.choice));
    Answers answers = join(std::move(next.known), choices.answers());
    add_alternatives(answers, next.answers.size(), pending);
    result.paths.push_back(Path{std::move(answers), std::move(walk.outcome), std::move(walk.until_error)});
  }
  return result;
}

}  // namespace hookc
