#include "compiler/eval/explore.h"

#include <algorithm>
#include <map>
#include <utility>

namespace hookc {

namespace {

/// A path that is still to be walked: the answers up to a fork, and another answer there.
struct Pending {
  std::vector<std::size_t> answers;
  Answers::Shared known;  // all but the last of them
  std::string last;       // key of the other answer
};

/// Paths that are still to be walked, by age. An answer that was seen stays so: each path is looked at once until it shows nothing new.
class PendingPaths {
 public:
  void add(Pending path) { fresh_.emplace(next_++, std::move(path)); }
  [[nodiscard]] std::size_t size() const { return fresh_.size() + known_.size(); }

  /// Whether some path ends in an answer that was not seen yet.
  bool has_new(const Choices::Seen& seen) {
    while (!fresh_.empty() && seen.contains(fresh_.begin()->second.last)) known_.insert(fresh_.extract(fresh_.begin()));
    return !fresh_.empty();
  }
  /// The oldest path with an answer that was not seen yet, else the oldest.
  Pending take(const Choices::Seen& seen) {
    std::map<std::size_t, Pending>& from = has_new(seen) ? fresh_ : known_;
    return std::move(from.extract(from.begin()).mapped());
  }

 private:
  std::size_t next_ = 0;
  std::map<std::size_t, Pending> fresh_;  // may end in one
  std::map<std::size_t, Pending> known_;  // do not
};

/// The other ways out of the forks that lie behind the prescribed ones.
void add_alternatives(const Answers& answers, std::size_t prescribed, PendingPaths& pending) {
  std::vector<std::size_t> before;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Answer& answer = answers[i];
    for (const std::size_t option : answer.options) {
      if (i < prescribed || option == answer.choice) continue;
      std::vector<std::size_t> other = before;
      other.push_back(option);
      pending.add(Pending{std::move(other), answers.first(i), key_of(answer.question, option)});
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
  PendingPaths pending;
  pending.add(Pending{});
  std::size_t pieces = 0;
  while (pending.size() != 0) {
    const std::size_t walked = result.paths.size();
    const bool would_be_more = walked >= options.max_combinations && pieces > options.max_pieces / 5 && pieces / walked * (walked + pending.size()) > options.max_pieces;
    if (pieces > options.max_pieces || would_be_more) {
      result.complete = false;
      result.stopped_by = std::to_string(options.max_pieces) + " printed pieces";
      break;
    }
    const bool is_new = pending.has_new(seen);
    const bool too_many = result.paths.size() + pending.size() > options.max_paths;  // each that is pending is a path of its own
    if (result.paths.size() >= options.max_paths || (too_many && !is_new && result.paths.size() >= options.max_combinations)) {
      result.complete = false;
      result.stopped_by = std::to_string(options.max_paths) + " paths";
      break;
    }
    Pending next = pending.take(seen);
    Choices choices(next.answers, &seen);
    Walk walk = run(choices);
    const auto* rendering = std::get_if<Rendering>(&walk.outcome);
    pieces += (rendering != nullptr ? *rendering : walk.until_error).frames.size();
    const std::size_t known = std::min(next.known.size(), choices.answers().size());
    for (std::size_t i = known; i < choices.answers().size(); ++i) seen.insert(key_of(choices.answers()[i].question, choices.answers()[i].choice));
    Answers answers = join(std::move(next.known), choices.answers());
    add_alternatives(answers, next.answers.size(), pending);
    result.paths.push_back(Path{std::move(answers), std::move(walk.outcome), std::move(walk.until_error)});
  }
  return result;
}

}  // namespace hookc
