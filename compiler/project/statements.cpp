// Requests to the database, under dbt's names: `run_query`, `statement`, their results, and the questions that dbt answers with one.
#include <fmt/format.h>

#include "compiler/project/context_impl.h"
#include "compiler/project/signature.h"
#include "compiler/project/table.h"
#include "compiler/project/unknowns.h"

namespace hookc {

namespace {

const Value kNothing{Text{}};
constexpr std::string_view kMainStatement = "main";  // the one result that can be read more than once

Value result_mapping(Value response, Value table) {
  Value result = make_dict();
  Dict& dict = **result.get_if<DictPtr>();
  std::vector<Value> rows;
  if (const TablePtr known = table_of(table)) {
    for (const std::vector<Value>& row : known->data()) rows.push_back(make_tuple(row));
  } else {
    table = Value{ObjectPtr{Table::make({}, {})}};
  }
  dict.set("response", std::move(response));
  dict.set("data", make_list(std::move(rows)));
  dict.set("table", std::move(table));
  return result;
}

}  // namespace

void DbtContext::Impl::note_unsent(Evaluator& evaluator, Query::Kind kind, std::string_view method, const Value& sql) const {
  if (!explores()) return;
  Event event;
  event.kind = Event::Kind::Query;
  event.query_kind = kind;
  event.method = std::string{method};
  if (const auto* text = sql.get_if<Text>()) event.text = *text;
  evaluator.record(std::move(event));
}

Value DbtContext::Impl::run_query(Evaluator& evaluator, const Arguments& arguments) {
  const Value sql = bind_arguments(arguments, "run_query", {{"sql"}})[0];
  // `load_result(..)` is none then, and none has no table.
  if (!executes(evaluator)) {
    note_unsent(evaluator, Query::Kind::RunQuery, {}, sql);
    return make_undefined("table", "'None' has no attribute 'table'");
  }
  Query query;
  query.kind = Query::Kind::RunQuery;
  query.sql = evaluator.to_text(sql);
  query.site = arguments.site;
  return evaluator.host().query(evaluator, query);
}

Value DbtContext::Impl::statement(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(
      arguments, "statement",
      {{"name", Value{None{}}}, {"fetch_result", Value{false}}, {"auto_begin", Value{true}}, {"language", Value{Text{}}}, {"caller", Value{None{}}}});
  if (!executes(evaluator)) return kNothing;
  Query query;
  query.kind = Query::Kind::Statement;
  query.fetch = evaluator.truth(given[1]);
  query.auto_begin = evaluator.truth(given[2]);
  query.site = arguments.site;
  if (given[4].is<None>()) evaluator.raise("UndefinedError", "'caller' is undefined");
  Arguments none;
  none.site = arguments.site;
  query.sql = evaluator.to_text(evaluator.call(given[4], none));
  Value result = evaluator.host().query(evaluator, query);
  if (!given[0].is<None>() && !given[0].is<Undefined>()) {
    const std::string name = evaluator.to_text(given[0]).str();
    consumed_results.erase(name);
    statement_results.insert_or_assign(name, std::move(result));
  }
  return kNothing;
}

Value DbtContext::Impl::noop_statement(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(
      arguments, "noop_statement",
      {{"name", Value{None{}}}, {"message", Value{None{}}}, {"code", Value{None{}}}, {"rows_affected", Value{None{}}}, {"res", Value{None{}}}, {"caller", Value{None{}}}});
  if (given[0].is<None>()) return kNothing;
  consumed_results.erase(evaluator.to_text(given[0]).str());
  statement_results.insert_or_assign(evaluator.to_text(given[0]).str(), result_mapping(given[1], given[4]));
  return kNothing;
}

Value DbtContext::Impl::load_result(Evaluator& evaluator, const Arguments& arguments) {
  const std::string name = evaluator.to_text(bind_arguments(arguments, "load_result", {{"name"}})[0]).str();
  if (consumed_results.contains(name)) fail_compilation(evaluator, fmt::format("The 'statement' result named '{}' has already been loaded into a variable", name));
  const auto known = statement_results.find(name);
  if (known == statement_results.end()) return Value{None{}};
  Value result = known->second;
  if (name != kMainStatement) {
    statement_results.erase(known);
    consumed_results.insert(name);
  }
  return result;
}

Value DbtContext::Impl::store_result(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "store_result", {{"name"}, {"response"}, {"agate_table", Value{None{}}}});
  const std::string name = evaluator.to_text(given[0]).str();
  consumed_results.erase(name);
  statement_results.insert_or_assign(name, result_mapping(given[1], given[2]));
  return kNothing;
}

Value DbtContext::Impl::store_raw_result(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(
      arguments, "store_raw_result",
      {{"name"}, {"message", Value{None{}}}, {"code", Value{None{}}}, {"rows_affected", Value{None{}}}, {"agate_table", Value{None{}}}});
  const std::string name = evaluator.to_text(given[0]).str();
  Value response = make_dict();
  Dict& dict = **response.get_if<DictPtr>();
  dict.set("_message", given[1]);
  dict.set("code", given[2]);
  dict.set("rows_affected", given[3]);
  consumed_results.erase(name);
  statement_results.insert_or_assign(name, result_mapping(std::move(response), given[4]));
  return kNothing;
}

// ---------------------------------------------------------------------------------------------------------------- questions

namespace {

const Value* node_config(const Node* node, std::string_view key) {
  const Value* const value = node == nullptr || node->config == nullptr ? nullptr : node->config->find(key);
  return value == nullptr || value->is<None>() ? nullptr : value;
}

}  // namespace

Value DbtContext::Impl::is_incremental(Evaluator& evaluator, const Arguments&) {
  if (!executes(evaluator) || is_operation() || node->materialized != "incremental") return Value{false};
  if (const Value* configured = node_config(node, "full_refresh"); configured != nullptr && configured->is<bool>()) {
    if (*configured->get_if<bool>()) return Value{false};
  } else if (binding.full_refresh == true) {
    return Value{false};
  }
  if (binding.is_incremental) return Value{*binding.is_incremental};
  if (binding.stage == Stage::Compile || explores()) return unknown_flag("is_incremental()");
  const RelationPtr own = relation_of(relation(evaluator, *node));
  if (own == nullptr) return Value{false};
  Query query;
  query.kind = Query::Kind::AdapterMethod;
  query.method = "get_relation";
  query.site = evaluator.site();
  query.arguments.site = query.site;
  query.arguments.positional = {own->part(Relation::Part::Database), own->part(Relation::Part::Schema), own->part(Relation::Part::Identifier)};
  const RelationPtr existing = relation_of(evaluator.host().query(evaluator, query));
  return Value{existing != nullptr && existing->type() == "table"};
}

Value DbtContext::Impl::should_full_refresh(Evaluator& evaluator, const Arguments&) {
  if (!executes(evaluator)) return kNothing;  // `config.get` gives an empty text while dbt parses
  if (const Value* configured = node_config(node, "full_refresh")) return *configured;
  if (binding.full_refresh) return Value{*binding.full_refresh};
  return explores() ? unknown_flag("flags.FULL_REFRESH") : Value{false};
}

Value DbtContext::Impl::should_store_failures(Evaluator& evaluator, const Arguments&) {
  if (!executes(evaluator)) return kNothing;
  const Value* const configured = node_config(node, "store_failures");
  return configured != nullptr ? *configured : Value{false};
}

Value DbtContext::Impl::load_relation(Evaluator& evaluator, const Arguments& arguments) {
  const Value given = bind_arguments(arguments, "load_relation", {{"relation"}})[0];
  if (!executes(evaluator)) return Value{None{}};
  const RelationPtr wanted = relation_of(given);
  Query query;
  query.kind = Query::Kind::AdapterMethod;
  query.method = "get_relation";
  query.site = evaluator.site();
  query.arguments.site = query.site;
  if (wanted != nullptr) {
    query.arguments.positional = {wanted->part(Relation::Part::Database), wanted->part(Relation::Part::Schema), wanted->part(Relation::Part::Identifier)};
  } else {
    query.arguments.positional = {evaluator.get_attribute(given, "database"), evaluator.get_attribute(given, "schema"), evaluator.get_attribute(given, "identifier")};
  }
  return evaluator.host().query(evaluator, query);
}

}  // namespace hookc
