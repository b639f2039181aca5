// GeneratedNames: what the `generate_*_name` macros of a project answered, so that a thousand paths do not call them a thousand times.
//
// Such a macro is a function of its node, of the target, and of the questions that it asks (`target.name == 'prod'`). What is remembered of a call is
// therefore a tree: each fork a question, each leaf a name. Finding a name asks the path that is being walked the same questions in the same
// order, so the path forks as it would have done in the macro.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/eval/host.h"

namespace hookc {

struct Node;
struct Target;

/// A question that was put to the host, and its answer.
using AnsweredQuestion = std::pair<Question, std::size_t>;

class GeneratedNames {
 public:
  GeneratedNames() = default;
  /// One that knows besides what `known` does, which outlives it and changes no more: so several threads go on from what all have learned.
  explicit GeneratedNames(const GeneratedNames& known) : known_(&known) {}
  GeneratedNames(GeneratedNames&&) = default;
  GeneratedNames& operator=(GeneratedNames&&) = default;

  /// What a call was about. `macro` outlives the memory: it is a literal.
  struct Call {
    std::string_view macro;
    const Node* node = nullptr;
    const Target* target = nullptr;
    bool is_this = false;  // asked by a template of the node itself: inputs bear other names then
    friend auto operator<=>(const Call&, const Call&) = default;
  };

  /// The name, after asking the evaluator's host what the macro would ask; nothing when no call has gone this way yet. (What was asked till then may be asked again.)
  [[nodiscard]] std::optional<Value> find(Evaluator& evaluator, const Call& call) const;
  /// `name` is what came of the call when these were the questions, all of them, in order. Frames are left out: they belong to one evaluation.
  void remember(const Call& call, const std::vector<AnsweredQuestion>& asked, const Value& name);
  /// Takes over the calls that it does not know itself.
  void merge(GeneratedNames& other) { calls_.merge(other.calls_); }

 private:
  struct Fork {
    std::optional<Value> name;         // of a leaf
    std::optional<Question> question;
    std::map<std::size_t, std::unique_ptr<Fork>> ways;
  };
  const GeneratedNames* known_ = nullptr;
  std::map<Call, Fork> calls_;
};

}  // namespace hookc
