#include "compiler/project/hosts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/uuid/detail/sha1.hpp>

#include "compiler/eval/evaluator.h"

namespace hookc {

namespace {

/// What a query returned, while compiling: nobody knows, so whoever looks at it needs the database.
class PendingResult final : public Object {
 public:
  PendingResult(Span site, std::string what) : site_(site), what_(std::move(what)) {}
  [[nodiscard]] std::string type_name() const override { return what_; }
  [[nodiscard]] Text str() const override { give_up(); }
  [[nodiscard]] Text repr() const override { give_up(); }
  [[nodiscard]] bool truthy() const override { give_up(); }
  std::optional<Value> attribute(Evaluator&, std::string_view) override { give_up(); }
  std::optional<Value> item(Evaluator&, const Value&) override { give_up(); }
  std::optional<std::vector<Value>> iterate(Evaluator&) override { give_up(); }
  [[nodiscard]] std::optional<std::size_t> length() const override { give_up(); }
  [[nodiscard]] bool is_sequence() const override { give_up(); }
  [[nodiscard]] bool is_mapping() const override { give_up(); }
  [[nodiscard]] bool equals(const Value&) const override { give_up(); }
  [[nodiscard]] std::optional<std::size_t> hash() const override { give_up(); }

 private:
  [[noreturn]] void give_up() const { throw NeedsDatabase{site_, what_}; }
  Span site_;
  std::string what_;
};

Value pending(const Query& query, std::string what) { return Value{ObjectPtr{std::make_shared<PendingResult>(query.site, std::move(what))}}; }

Binding with_stage(Binding binding, Stage stage, bool execute) {
  binding.stage = stage;
  binding.execute = execute;
  return binding;
}

/// The variable of the parameter `env_var('X')`; nothing for other names.
std::optional<std::string> variable_of(std::string_view parameter) {
  constexpr std::string_view kOpening = "env_var('";
  const std::size_t end = parameter.rfind("')");
  if (!parameter.starts_with(kOpening) || end == std::string_view::npos || end < kOpening.size()) return std::nullopt;
  return std::string{parameter.substr(kOpening.size(), end - kOpening.size())};
}

bool answer_of(Evaluator& evaluator, const Question& question, const Value& value) {
  using ast::CompareOp;
  if (question.kind == Question::Kind::Truth || !question.operand) {
    if (question.kind == Question::Kind::Test) return evaluator.apply_test(question.op, value, Arguments{});
    return evaluator.truth(value);
  }
  const Value& operand = *question.operand;
  if (question.kind == Question::Kind::Test) {
    Arguments arguments;
    arguments.site = question.site;
    arguments.positional.push_back(operand);
    return evaluator.apply_test(question.op, value, arguments);
  }
  if (question.op == "contains") return evaluator.compare(CompareOp::In, operand, value);
  constexpr std::array<std::pair<std::string_view, CompareOp>, 8> kOps{{{"==", CompareOp::Equal},
                                                                        {"!=", CompareOp::NotEqual},
                                                                        {"<", CompareOp::Less},
                                                                        {"<=", CompareOp::LessEqual},
                                                                        {">", CompareOp::Greater},
                                                                        {">=", CompareOp::GreaterEqual},
                                                                        {"in", CompareOp::In},
                                                                        {"not in", CompareOp::NotIn}}};
  const auto* const row = std::find_if(kOps.begin(), kOps.end(), [&](const auto& one) { return one.first == question.op; });
  if (row == kOps.end()) throw NeedsDatabase{question.site, question.symbol->name};
  return evaluator.compare(row->second, value, operand);
}

}  // namespace

std::string variable_digest(std::optional<std::string_view> value) {
  if (!value) return "unset";
  boost::uuids::detail::sha1 hash;
  hash.process_bytes(value->data(), value->size());
  boost::uuids::detail::sha1::digest_type words;
  hash.get_digest(words);
  std::string hex;
  for (const auto part : words) hex += fmt::format("{:0{}x}", part, 2 * sizeof(part));  // words, or bytes from Boost 1.86 on
  return hex;
}

std::size_t ContextHost::record_query(Evaluator& evaluator, const Query& query) {
  Event event;
  event.kind = Event::Kind::Query;
  event.text = query.sql;
  event.query_kind = query.kind;
  event.method = query.method;
  return evaluator.record(std::move(event));
}

// ---------------------------------------------------------------------------------------------------------------- ParseHost

ParseHost::ParseHost(Sources& sources, const Project& project, const Node* node, const Binding& binding)
    : ContextHost(sources, project, node, std::nullopt, with_stage(binding, Stage::Parse, false)) {}

Value ParseHost::query(Evaluator& evaluator, const Query&) {
  // Every name that could ask has a stand-in while `execute` is false.
  evaluator.raise("CompilationError", "a query while the project is parsed");
}

std::size_t ParseHost::choose(Evaluator&, const Question& question) {
  guessed_ = true;
  if (question.kind == Question::Kind::Value && question.symbol->domain && !question.symbol->domain->empty()) return question.symbol->domain->size() - 1;
  return 0;
}

// ---------------------------------------------------------------------------------------------------------------- FixedHost

FixedHost::FixedHost(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding)
    : ContextHost(sources, project, node, phase, with_stage(binding, Stage::Compile, true)) {}

Value FixedHost::query(Evaluator& evaluator, const Query& query) {
  switch (query.kind) {
    case Query::Kind::RunQuery: record_query(evaluator, query); return pending(query, "run_query(..)");
    case Query::Kind::Statement: record_query(evaluator, query); return pending(query, "load_result(..)");
    case Query::Kind::AdapterExecute:
      record_query(evaluator, query);
      return make_tuple({pending(query, "adapter.execute(..)"), pending(query, "adapter.execute(..)")});
    case Query::Kind::AddQuery:
      record_query(evaluator, query);
      return make_tuple({pending(query, "adapter.add_query(..)"), pending(query, "adapter.add_query(..)")});
    case Query::Kind::AdapterMethod: break;
  }
  throw NeedsDatabase{query.site, "adapter." + query.method};
}

std::size_t FixedHost::choose(Evaluator& evaluator, const Question& question) {
  const auto& parameters = context().parameters();
  const auto parameter = parameters.find(question.symbol->name);
  const std::optional<std::string> variable = parameter == parameters.end() ? std::nullopt : variable_of(question.symbol->name);
  const bool is_open = question.kind == Question::Kind::LoopSize || question.kind == Question::Kind::Value;
  if (!variable || is_open) throw NeedsDatabase{question.site, question.symbol->name};
  const std::optional<std::string> set = context().project().environment_value(*variable);
  const std::optional<std::string> value = set ? set : parameter->second.default_value;
  if (!value) evaluator.raise("ParsingError", fmt::format("Env var required but not provided: '{}'", *variable));
  if (std::none_of(bound_.begin(), bound_.end(), [&](const BoundVariable& one) { return one.name == *variable; })) {
    bound_.push_back(BoundVariable{*variable, set ? variable_digest(std::string_view{*set}) : variable_digest(std::nullopt)});
  }
  return answer_of(evaluator, question, Value{evaluator.made(*value)}) ? 1 : 0;
}

}  // namespace hookc
