#include "compiler/eval/choices.h"

#include <algorithm>
#include <array>

#include "compiler/eval/evaluator.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

constexpr std::string_view kLength = " | length";
constexpr std::array<std::string_view, 5> kTypeTests{"none", "string", "number", "mapping", "boolean"};

std::string operand_label(const Value& value) {
  if (const auto* unknown = value.get_if<Unknown>()) return unknown->symbol->name;
  return display_repr(value);
}

/// `a >= b` is asked as `not a < b`, so that both agree.
struct Normal {
  std::string op;
  bool negated;
};
Normal normal(const Question& question) {
  if (question.kind == Question::Kind::Compare && question.op == ">=") return {"<", true};
  if (question.kind == Question::Kind::Compare && question.op == ">") return {"<=", true};
  return {question.op, false};
}

std::string fact_key(const Question& question) {
  std::string key = (question.kind == Question::Kind::Test ? "is " : "") + normal(question).op;
  if (question.operand) key += " " + operand_label(*question.operand);
  return key;
}

std::optional<std::string> list_of_length(const std::string& name) {
  if (!name.ends_with(kLength)) return std::nullopt;
  return name.substr(0, name.size() - kLength.size());
}

bool holds(const std::vector<Value>& values, const Value& value) {
  return std::any_of(values.begin(), values.end(), [&](const Value& known) { return is_equal(known, value); });
}

const std::vector<Value>* list_items(const std::optional<Value>& value) {
  const auto* list = value ? value->get_if<ListPtr>() : nullptr;
  return list == nullptr ? nullptr : &(*list)->items;
}

}  // namespace

std::string key_of(const Question& question, std::size_t choice) {
  std::string key = std::to_string(static_cast<int>(question.kind)) + ":" + question.symbol->name + ":" + question.op;
  if (question.operand) key += ":" + operand_label(*question.operand);
  return key + "=" + std::to_string(choice);
}

std::size_t Choices::choose(Evaluator& evaluator, const Question& question) {
  Facts& facts = facts_[question.symbol->name];
  if (question.symbol->domain && !facts.remaining) {
    std::vector<std::size_t> all(question.symbol->domain->size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    facts.remaining = std::move(all);
  }
  std::vector<std::size_t> open = options(evaluator, question, facts);
  if (open.size() == 1) {
    learn(evaluator, question, open.front(), facts);
    return open.front();
  }
  std::size_t choice = open.front();
  if (answers_.size() < prescribed_.size()) {
    const std::size_t wanted = prescribed_[answers_.size()];
    if (std::find(open.begin(), open.end(), wanted) != open.end()) choice = wanted;
  } else if (seen_ != nullptr) {
    const auto fresh = std::find_if(open.begin(), open.end(), [&](std::size_t option) { return !seen_->contains(key_of(question, option)); });
    if (fresh != open.end()) choice = *fresh;
  }
  learn(evaluator, question, choice, facts);
  const bool is_known = answers_.size() + 1 < prescribed_.size();  // from the path that this one forks from, which has it in words
  std::string text = is_known ? std::string{} : describe(question, choice, facts);
  answers_.push_back(Answer{question, choice, std::move(open), std::move(text)});
  return choice;
}

std::optional<Value> Choices::known_value(const Symbol& symbol) const {
  const auto known = facts_.find(symbol.name);
  if (known == facts_.end()) return std::nullopt;
  const Facts& facts = known->second;
  if (facts.value) return facts.value;
  if (symbol.domain && facts.remaining && facts.remaining->size() == 1) {
    const Value& only = (*symbol.domain)[facts.remaining->front()];
    if (!only.is<Unknown>()) return only;
  }
  return std::nullopt;
}

// ----------------------------------------------------------------------------------------------------------------- what is still open

std::vector<std::size_t> Choices::options(Evaluator& evaluator, const Question& question, Facts& facts) {
  switch (question.kind) {
    case Question::Kind::LoopSize: return sizes(facts);
    case Question::Kind::Value: {
      if (!facts.remaining || facts.remaining->empty()) return {0};
      return *facts.remaining;
    }
    case Question::Kind::Truth:
    case Question::Kind::Compare:
    case Question::Kind::Test: break;
  }
  switch (verdict(evaluator, question, facts)) {
    case Verdict::No: return {0};
    case Verdict::Yes: return {1};
    case Verdict::Either: return {1, 0};
  }
  return {1, 0};
}

/// 0, 1 and 2 items: empty, first-is-last, and one separator.
std::vector<std::size_t> Choices::sizes(const Facts& facts) const {
  if (facts.size) return {*facts.size};
  const auto says = [&](const char* key, bool answer) {
    const auto known = facts.answered.find(key);
    return known != facts.answered.end() && known->second == answer;
  };
  if (facts.truth == false || says("is none", true) || says("is defined", false)) return {0};
  if (facts.truth == true) return {1, 2};
  return {1, 0, 2};
}

Choices::Verdict Choices::verdict(Evaluator& evaluator, const Question& question, const Facts& facts) {
  if (facts.value) return verdict_of_value(evaluator, question, *facts.value);
  if (!question.symbol->domain || !facts.remaining) return verdict_by_facts(evaluator, question, facts);
  bool yes = false;
  bool no = false;
  for (const std::size_t index : *facts.remaining) {
    const Value& value = (*question.symbol->domain)[index];
    const Verdict one = value.is<Unknown>() ? verdict_by_facts(evaluator, question, facts) : verdict_of_value(evaluator, question, value);
    yes = yes || one != Verdict::No;
    no = no || one != Verdict::Yes;
  }
  return yes && no ? Verdict::Either : yes ? Verdict::Yes : Verdict::No;
}

Choices::Verdict Choices::verdict_of_value(Evaluator& evaluator, const Question& question, const Value& value) {
  if (question.operand && question.operand->is<Unknown>()) return Verdict::Either;
  const auto outcome = evaluator.attempt([&]() -> Value {
    if (question.kind == Question::Kind::Truth) return Value{evaluator.truth(value)};
    if (question.kind == Question::Kind::Test) {
      Arguments arguments;
      arguments.site = question.site;
      if (question.operand) arguments.positional.push_back(*question.operand);
      return Value{evaluator.apply_test(question.op, value, arguments)};
    }
    const Value& operand = *question.operand;
    using ast::CompareOp;
    if (question.op == "in") return Value{evaluator.compare(CompareOp::In, value, operand)};
    if (question.op == "contains") return Value{evaluator.compare(CompareOp::In, operand, value)};
    if (question.op == "<") return Value{evaluator.compare(CompareOp::Less, value, operand)};
    if (question.op == "<=") return Value{evaluator.compare(CompareOp::LessEqual, value, operand)};
    if (question.op == ">") return Value{evaluator.compare(CompareOp::Greater, value, operand)};
    if (question.op == ">=") return Value{evaluator.compare(CompareOp::GreaterEqual, value, operand)};
    return Value{evaluator.compare(CompareOp::Equal, value, operand)};
  });
  const auto* answer = std::get_if<Value>(&outcome);
  if (answer == nullptr) return Verdict::No;  // types that Python does not compare
  const auto* yes = answer->get_if<bool>();
  return yes != nullptr && *yes ? Verdict::Yes : Verdict::No;
}

/// What earlier answers on the same symbol say, where its values are not all known.
Choices::Verdict Choices::verdict_by_facts(Evaluator& evaluator, const Question& question, const Facts& facts) {
  const Normal form = normal(question);
  if (const auto known = facts.answered.find(fact_key(question)); known != facts.answered.end())
    return known->second != form.negated ? Verdict::Yes : Verdict::No;
  if (const auto list = list_of_length(question.symbol->name)) {
    const Facts& base = facts_[*list];
    if (base.size) return verdict_of_value(evaluator, question, Value{static_cast<std::int64_t>(*base.size)});
    if (base.truth == false) return verdict_of_value(evaluator, question, Value{std::int64_t{0}});
    if (base.truth == true) return verdict_of_length(question, base);
  }
  if (question.kind == Question::Kind::Truth) {
    if (facts.truth) return *facts.truth ? Verdict::Yes : Verdict::No;
    if (facts.size) return *facts.size > 0 ? Verdict::Yes : Verdict::No;
    const bool is_nothing = verdict_of_test("none", facts) == Verdict::Yes || verdict_of_test("defined", facts) == Verdict::No;
    return is_nothing ? Verdict::No : Verdict::Either;
  }
  if (question.kind == Question::Kind::Test) return verdict_of_test(question.op, facts);
  const auto possible = [&](const Value& value) {
    if (value.is<Unknown>()) return true;
    if (question.symbol->domain && holds(*question.symbol->domain, value)) return false;  // "any other" is none of those that have a name
    return !holds(facts.excluded, value) && (!facts.truth || *facts.truth == truth_of(value)) &&
           !(value.is<None>() && verdict_of_test("none", facts) == Verdict::No);
  };
  if (question.op == "==" && question.operand && !possible(*question.operand)) return Verdict::No;
  const std::vector<Value>* items = question.op == "in" ? list_items(question.operand) : nullptr;
  if (items != nullptr && std::none_of(items->begin(), items->end(), possible)) return Verdict::No;
  return Verdict::Either;
}

Choices::Verdict Choices::verdict_of_test(const std::string& test, const Facts& facts) const {
  const auto answer = [&](std::string_view name) -> std::optional<bool> {
    const auto known = facts.answered.find("is " + std::string{name});
    if (known == facts.answered.end()) return std::nullopt;
    return known->second;
  };
  if (const auto known = answer(test)) return *known ? Verdict::Yes : Verdict::No;
  if (test == "defined") {
    if (facts.truth == true || (facts.size && *facts.size > 0)) return Verdict::Yes;
    return std::any_of(kTypeTests.begin(), kTypeTests.end(), [&](std::string_view type) { return answer(type) == true; }) ? Verdict::Yes
                                                                                                                          : Verdict::Either;
  }
  if (answer("defined") == false) return Verdict::No;
  if (test == "none" && (facts.truth == true || facts.size)) return Verdict::No;
  if (std::find(kTypeTests.begin(), kTypeTests.end(), test) == kTypeTests.end()) return Verdict::Either;
  return std::any_of(kTypeTests.begin(), kTypeTests.end(), [&](std::string_view type) { return answer(type) == true; }) ? Verdict::No
                                                                                                                        : Verdict::Either;
}

/// The length of a list that is not empty: what holds for 1 and for every larger number.
Choices::Verdict Choices::verdict_of_length(const Question& question, const Facts&) const {
  if (question.kind == Question::Kind::Truth) return Verdict::Yes;
  const auto* bound = question.operand ? question.operand->get_if<std::int64_t>() : nullptr;
  if (question.kind != Question::Kind::Compare || bound == nullptr) return Verdict::Either;
  if (question.op == "==" && *bound <= 0) return Verdict::No;
  if (question.op == ">" && *bound <= 0) return Verdict::Yes;
  if (question.op == ">=" && *bound <= 1) return Verdict::Yes;
  if (question.op == "<" && *bound <= 1) return Verdict::No;
  if (question.op == "<=" && *bound <= 0) return Verdict::No;
  return Verdict::Either;
}

// ------------------------------------------------------------------------------------------------------------------ what answers say

void Choices::learn(Evaluator& evaluator, const Question& question, std::size_t choice, Facts& facts) {
  if (question.kind == Question::Kind::LoopSize) {
    facts.size = choice;
    facts.truth = choice > 0;
    return;
  }
  if (question.kind == Question::Kind::Value) {
    if (!question.symbol->domain || choice >= question.symbol->domain->size()) return;
    facts.remaining = std::vector<std::size_t>{choice};
    const Value& value = (*question.symbol->domain)[choice];
    if (!value.is<Unknown>()) facts.value = value;
    return;
  }
  const bool yes = choice != 0;
  if (facts.remaining && question.symbol->domain) {
    std::vector<std::size_t> left;
    for (const std::size_t index : *facts.remaining) {
      const Value& value = (*question.symbol->domain)[index];
      const Verdict one = value.is<Unknown>() ? verdict_by_facts(evaluator, question, facts) : verdict_of_value(evaluator, question, value);
      if (one == Verdict::Either || (one == Verdict::Yes) == yes) left.push_back(index);
    }
    const bool only_others = left.size() == 1 && (*question.symbol->domain)[left.front()].is<Unknown>();
    facts.remaining = left;
    if (left.size() == 1 && !only_others) facts.value = (*question.symbol->domain)[left.front()];
    if (!only_others && !left.empty() && yes) return;  // which of them is open, and the domain says it all
  }
  learn_answer(question, yes, facts);
}

void Choices::learn_answer(const Question& question, bool yes, Facts& facts) {
  facts.answered[fact_key(question)] = yes != normal(question).negated;
  if (question.kind == Question::Kind::Truth) {
    facts.truth = yes;
  } else if (question.kind == Question::Kind::Test) {
    if (question.op == "none" && yes) facts.value = Value{None{}};
    if (question.op == "defined" && !yes) facts.truth = false;
  } else if (question.op == "==" && question.operand && !question.operand->is<Unknown>()) {
    if (yes)
      facts.value = question.operand;
    else
      facts.excluded.push_back(*question.operand);
  } else if (const std::vector<Value>* items = question.op == "in" ? list_items(question.operand) : nullptr) {
    if (!yes)
      facts.excluded.insert(facts.excluded.end(), items->begin(), items->end());
    else if (items->size() == 1 && !items->front().is<Unknown>())
      facts.value = items->front();
  }
  if (const auto list = list_of_length(question.symbol->name)) learn_length(question, yes, facts_[*list]);
}

/// What an answer on `x | length` says of the list.
void Choices::learn_length(const Question& question, bool yes, Facts& list) {
  if (question.kind == Question::Kind::Truth) {
    list.truth = yes;
    return;
  }
  const auto* bound = question.operand ? question.operand->get_if<std::int64_t>() : nullptr;
  if (question.kind != Question::Kind::Compare || bound == nullptr) return;
  const bool zero_satisfies = (question.op == "==" && *bound == 0) || (question.op == "<" && *bound > 0) || (question.op == "<=" && *bound >= 0) ||
                              (question.op == ">" && *bound < 0) || (question.op == ">=" && *bound <= 0);
  if (zero_satisfies != yes) list.truth = true;  // 0 is excluded
  const bool only_zero =
      (yes && ((question.op == "==" && *bound == 0) || (question.op == "<" && *bound == 1) || (question.op == "<=" && *bound == 0))) ||
      (!yes && ((question.op == ">" && *bound == 0) || (question.op == ">=" && *bound == 1)));
  if (only_zero) {
    list.truth = false;
    list.size = 0;
  } else if (yes && question.op == "==" && *bound > 0 && *bound <= 8) {
    list.size = static_cast<std::size_t>(*bound);
  }
}

// ------------------------------------------------------------------------------------------------------------------------ in words

std::string Choices::describe(const Question& question, std::size_t choice, const Facts& facts) const {
  const std::string& name = question.symbol->name;
  if (question.symbol->domain && facts.value && question.kind != Question::Kind::Truth) return name + " = " + display(*facts.value);
  const bool yes = choice != 0;
  const std::string operand =
      question.operand ? (question.operand->is<Unknown>() ? operand_label(*question.operand) : display(*question.operand)) : std::string{};
  switch (question.kind) {
    case Question::Kind::Truth: return (yes ? "" : "not ") + name;
    case Question::Kind::LoopSize: return name + " has " + std::to_string(choice) + (choice == 1 ? " item" : " items");
    case Question::Kind::Test:
      return name + (yes ? " is " : " is not ") + question.op + (question.operand ? " " + operand_label(*question.operand) : "");
    case Question::Kind::Value: return name + " is any other value";
    case Question::Kind::Compare: break;
  }
  if (question.op == "==") return name + (yes ? " = " : " is not ") + operand;
  if (question.op == "in") return name + (yes ? " in " : " not in ") + operand;
  if (question.op == "contains") return name + (yes ? " contains " : " does not contain ") + operand_label(*question.operand);
  return (yes ? "" : "not ") + name + " " + question.op + " " + operand;
}

std::string describe(const Answer& answer) { return answer.text; }

}  // namespace hookc
