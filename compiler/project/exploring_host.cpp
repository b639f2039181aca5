#include "compiler/project/exploring_host.h"

#include <fmt/format.h>

#include "compiler/eval/evaluator.h"
#include "compiler/project/relation.h"
#include "compiler/project/signature.h"
#include "compiler/project/unknowns.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

using Shape = Symbol::Shape;

Binding exploring(Binding binding) {
  binding.stage = Stage::Explore;
  return binding;
}

void watch(Evaluator& evaluator, const Value& value, std::size_t event) {
  if (const auto* unknown = value.get_if<Unknown>()) evaluator.watch(unknown->symbol, event);
}

std::string label_of(const Value& value) {
  if (const auto* unknown = value.get_if<Unknown>()) return unknown->symbol->name;
  constexpr std::size_t kLongest = 60;
  std::string label = display_repr(value);
  if (label.size() > kLongest) label = label.substr(0, kLongest) + "..";
  return label;
}

std::string label_of(const Query& query) {
  std::string label;
  for (const Value& value : query.arguments.positional) label += (label.empty() ? "" : ", ") + label_of(value);
  for (const auto& [name, value] : query.arguments.keyword) label += (label.empty() ? "" : ", ") + name + "=" + label_of(value);
  return fmt::format("adapter.{}({})", query.method, label);
}

const Value* argument_of(const Arguments& arguments, std::size_t index, std::string_view name) {
  if (index < arguments.positional.size()) return &arguments.positional[index];
  return arguments.keyword_if(name);
}

/// What `get_relation` returns: none, or a relation of which the path is what was asked for.
Value possible_relation(DbtContext& context, const Query& query, const Site& site) {
  Relation::Path path;
  if (const Value* part = argument_of(query.arguments, 0, "database")) path.database = *part;
  if (const Value* part = argument_of(query.arguments, 1, "schema")) path.schema = *part;
  if (const Value* part = argument_of(query.arguments, 2, "identifier")) path.identifier = *part;
  auto relation = std::make_shared<Relation>(std::move(path), "", relation_rules(context.adapter_type().value_or("")), site);
  Symbol symbol;
  symbol.name = label_of(query);
  symbol.member = [relation](const SymbolPtr& parent, std::string_view attribute) {
    const std::string full = parent->name + (attribute.starts_with('[') ? "" : ".") + std::string{attribute};
    if (attribute == "type") return make_unknown(full, Shape::Text);
    if (attribute.starts_with("is_")) return unknown_flag(full);
    if (attribute == "database") return relation->part(Relation::Part::Database);
    if (attribute == "schema") return relation->part(Relation::Part::Schema);
    if (attribute == "identifier" || attribute == "name" || attribute == "table") return relation->part(Relation::Part::Identifier);
    return make_function(full, [relation, name = std::string{attribute}](Evaluator& evaluator, const Arguments& arguments) {
      const std::optional<Value> method = relation->attribute(evaluator, name);
      if (!method) evaluator.raise("UndefinedError", "'Relation object' has no attribute " + repr_of_bytes(name));
      return evaluator.call(*method, arguments);
    });
  };
  return Value{Unknown{std::make_shared<const Symbol>(std::move(symbol))}};
}

Value unknown_columns_of_relation(std::string name) {
  static const auto known = std::make_shared<const std::vector<UnknownMember>>(std::vector<UnknownMember>{
      {"name", [](std::string of) { return make_unknown(std::move(of), Shape::Text); }},
      {"column", [](std::string of) { return make_unknown(std::move(of), Shape::Text); }},
      {"quoted", [](std::string of) { return make_unknown(std::move(of), Shape::Text); }},
      {"dtype", [](std::string of) { return make_unknown(std::move(of), Shape::Text); }},
      {"data_type", [](std::string of) { return make_unknown(std::move(of), Shape::Text); }}});
  return unknown_list(std::move(name), [](std::string item) { return unknown_record(std::move(item), Shape::Object, known); });
}

}  // namespace

ExploringHost::ExploringHost(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding, Choices& choices)
    : ContextHost(sources, project, node, phase, exploring(binding)), choices_(choices) {}

std::string ExploringHost::next_name(std::string_view function) {
  const std::size_t number = ++calls_[std::string{function}];
  return number == 1 ? fmt::format("{}(..)", function) : fmt::format("{}(.. #{})", function, number);
}

Value ExploringHost::query(Evaluator& evaluator, const Query& query) {
  if (query.kind == Query::Kind::AdapterMethod) return adapter_method(evaluator, query);
  const std::size_t event = record_query(evaluator, query);
  Value result;
  switch (query.kind) {
    case Query::Kind::RunQuery: result = unknown_table(next_name("run_query")); break;
    case Query::Kind::Statement: result = unknown_statement_result(next_name("load_result")); break;
    case Query::Kind::AdapterExecute: {
      const std::string name = next_name("adapter.execute");
      const Value response = make_unknown(name + "[0]", Shape::Object);
      const Value table = unknown_table(name + "[1]");
      watch(evaluator, response, event);
      watch(evaluator, table, event);
      return make_tuple({response, table});
    }
    case Query::Kind::AddQuery: return make_tuple({make_unknown("connection", Shape::Object), make_unknown("cursor", Shape::Object)});
    case Query::Kind::AdapterMethod: break;
  }
  watch(evaluator, result, event);
  return result;
}

Value ExploringHost::adapter_method(Evaluator& evaluator, const Query& query) {
  const std::size_t event = record_query(evaluator, query);
  Value result{None{}};
  const std::string& method = query.method;
  if (method == "get_relation") {
    result = possible_relation(context(), query, Site{query.site, &evaluator.sources()});
  } else if (method == "get_columns_in_relation" || method == "get_missing_columns" || method == "get_column_schema_from_query" || method == "get_columns_in_table") {
    result = unknown_columns_of_relation(label_of(query));
  } else if (method == "check_schema_exists" || method == "already_exists" || method == "location_exists" || method.starts_with("is_")) {
    result = unknown_flag(label_of(query));
  } else if (method.starts_with("list_") || method == "get_pseudocolumns_for_relation") {
    result = unknown_list(label_of(query), [](std::string item) { return make_unknown(std::move(item), Shape::Any); });
  } else if (method.starts_with("get_")) {
    result = make_unknown(label_of(query), Shape::Any);
  }
  watch(evaluator, result, event);
  return result;
}

std::size_t ExploringHost::choose(Evaluator& evaluator, const Question& question) {
  const std::size_t answer = choices_.choose(evaluator, question);
  context().note_answer(question, answer);
  return answer;
}

}  // namespace hookc
