// Choices: the answers of one path to the questions that unknowns raise, and what follows from them. A question that the answers given so far
// decide does not fork; so tests of one symbol agree along a path.
//
// A value `Unknown` in a symbol's domain stands for "any other value".
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "compiler/eval/host.h"

namespace hookc {

/// An answer that could have been another one.
struct Answer {
  Question question;
  std::size_t choice = 0;
  std::vector<std::size_t> options;  // all answers that were open, the chosen one among them
  std::string text;                  // for people: `target.name = prod`, `not is_incremental()`, `results has 0 items`
};

/// What distinguishes one (question, answer) from another within an exploration.
std::string key_of(const Question& question, std::size_t choice);

class Choices {
 public:
  using Seen = std::unordered_set<std::string>;

  Choices() = default;
  /// The first forks are answered as `prescribed`; later ones by an answer that is not in `seen`, where there is one (`seen` may be null, and outlives this).
  Choices(std::vector<std::size_t> prescribed, const Seen* seen) : prescribed_(std::move(prescribed)), seen_(seen) {}

  /// The answer, in the sense of Host::choose.
  std::size_t choose(Evaluator& evaluator, const Question& question);
  /// The answers that really forked, in order. Those that were prescribed, but for the last one, have no `text`: whoever prescribed them knows it.
  [[nodiscard]] const std::vector<Answer>& answers() const { return answers_; }
  /// The value of a symbol, when the answers so far leave one.
  [[nodiscard]] std::optional<Value> known_value(const Symbol& symbol) const;

 private:
  struct Facts {
    std::optional<Value> value;
    std::optional<std::vector<std::size_t>> remaining;  // of the domain
    std::vector<Value> excluded;
    std::optional<bool> truth;
    std::optional<std::size_t> size;       // of a list
    std::map<std::string, bool> answered;  // other yes-or-no questions
  };
  enum class Verdict : std::uint8_t { No, Yes, Either };

  std::vector<std::size_t> options(Evaluator& evaluator, const Question& question, Facts& facts);
  std::vector<std::size_t> sizes(const Facts& facts) const;
  Verdict verdict(Evaluator& evaluator, const Question& question, const Facts& facts);
  Verdict verdict_of_value(Evaluator& evaluator, const Question& question, const Value& value);
  Verdict verdict_by_facts(Evaluator& evaluator, const Question& question, const Facts& facts);
  Verdict verdict_of_test(const std::string& test, const Facts& facts) const;
  Verdict verdict_of_length(const Question& question, const Facts& list) const;
  void learn(Evaluator& evaluator, const Question& question, std::size_t choice, Facts& facts);
  void learn_answer(const Question& question, bool yes, Facts& facts);
  void learn_length(const Question& question, bool yes, Facts& list);
  std::string describe(const Question& question, std::size_t choice, const Facts& facts) const;

  std::vector<std::size_t> prescribed_;
  const Seen* seen_ = nullptr;
  std::vector<Answer> answers_;
  std::map<std::string, Facts> facts_;
};

/// An answer in words: `target.name = prod`, `target.name is not prod`, `execute`, `not is_incremental()`, `results has 0 items`.
std::string describe(const Answer& answer);

}  // namespace hookc
