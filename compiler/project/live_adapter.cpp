// The adapter methods of a run, in SQL that most databases understand: the information schema, and plain DDL.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/base/ascii.h"
#include "compiler/eval/evaluator.h"
#include "compiler/project/column.h"
#include "compiler/project/live_host.h"
#include "compiler/project/relation.h"
#include "compiler/project/signature.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

bool is_absent(const Value& value) { return value.is<None>() || value.is<Undefined>(); }

std::string literal(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string{"''"} : std::string(1, c);
  return result + "'";
}

std::string text_of_value(Evaluator& evaluator, const Value& value) { return is_absent(value) ? std::string{} : evaluator.to_text(value).str(); }

/// Databases whose information schema belongs to one database, so that another one's is named.
bool has_catalog_prefix(std::string_view adapter) { return adapter == "snowflake" || adapter == "databricks" || adapter == "redshift"; }

std::string information_schema(std::string_view adapter, const RelationRules& rules, const std::string& database, const std::string& schema, std::string_view view) {
  const auto quoted = [&](const std::string& name) { return rules.quote_character + name + rules.quote_character; };
  if (adapter == "bigquery") return fmt::format("{}.{}.INFORMATION_SCHEMA.{}", quoted(database), quoted(schema), view);
  if (has_catalog_prefix(adapter) && !database.empty()) return fmt::format("{}.information_schema.{}", rules.quote.database ? quoted(database) : database, view);
  return fmt::format("information_schema.{}", view);
}

std::string condition(std::string_view column, const std::string& value) { return fmt::format("lower({}) = lower({})", column, literal(value)); }

std::string relation_type(std::string_view table_type) {
  const std::string type = ascii_lower(table_type);
  if (type == "materialized view") return "materialized_view";
  if (type.find("view") != std::string::npos) return "view";
  if (type == "external" || type == "foreign") return "external";
  return "table";
}

std::string cell_text(const Table& table, std::size_t row, std::size_t column) {
  const Value& value = table.data()[row][column];
  return value.is<None>() ? std::string{} : display(value);
}

RelationPtr required_relation(Evaluator& evaluator, const Query& query, const Value& value) {
  RelationPtr relation = relation_of(value);
  if (relation == nullptr) evaluator.raise("CompilationError", fmt::format("`adapter.{}` wants a relation, and got {}", query.method, type_name(value)));
  return relation;
}

}  // namespace

TablePtr LiveHost::fetch(Evaluator& evaluator, const Query& query, std::string sql) {
  Query request = query;
  request.sql = evaluator.made(std::move(sql));
  request.fetch = true;
  const QueryAnswer answer = execute_query(evaluator, request);
  return answer.table == nullptr ? Table::make({}, {}) : answer.table;
}

void LiveHost::send(Evaluator& evaluator, const Query& query, std::string sql) {
  Query request = query;
  request.sql = evaluator.made(std::move(sql));
  request.fetch = false;
  request.auto_begin = true;
  execute_query(evaluator, request);
}

Value LiveHost::find_relation(Evaluator& evaluator, const Query& query) {
  const std::vector<Value> given = bind_arguments(query.arguments, "get_relation", {{"database"}, {"schema"}, {"identifier"}});
  if (is_absent(given[1]) || is_absent(given[2])) return Value{None{}};
  const std::string adapter = context().adapter_type().value_or("");
  const RelationRules rules = relation_rules(adapter);
  const std::string database = text_of_value(evaluator, given[0]);
  const std::string schema = text_of_value(evaluator, given[1]);
  std::string where = condition("table_schema", schema) + " and " + condition("table_name", text_of_value(evaluator, given[2]));
  if (!database.empty() && rules.include.database && adapter != "bigquery") where += " and " + condition("table_catalog", database);
  const TablePtr found =
      fetch(evaluator, query, fmt::format("select table_schema, table_name, table_type from {} where {}", information_schema(adapter, rules, database, schema, "tables"), where));
  if (found->data().empty() || found->column_names().size() < 3) return Value{None{}};
  Relation::Path path{given[0], Value{evaluator.made(cell_text(*found, 0, 0))}, Value{evaluator.made(cell_text(*found, 0, 1))}};
  return Value{ObjectPtr{std::make_shared<Relation>(std::move(path), relation_type(cell_text(*found, 0, 2)), rules, Site{query.site, &evaluator.sources()})}};
}

Value LiveHost::columns_of(Evaluator& evaluator, const Query& query, const Value& of) {
  const RelationPtr relation = required_relation(evaluator, query, of);
  const std::string adapter = context().adapter_type().value_or("");
  const RelationRules rules = relation_rules(adapter);
  const std::string database = text_of_value(evaluator, relation->part(Relation::Part::Database));
  const std::string schema = text_of_value(evaluator, relation->part(Relation::Part::Schema));
  std::string where = condition("table_name", text_of_value(evaluator, relation->part(Relation::Part::Identifier)));
  if (!schema.empty()) where += " and " + condition("table_schema", schema);
  if (!database.empty() && rules.include.database && adapter != "bigquery") where += " and " + condition("table_catalog", database);
  const bool has_sizes = adapter != "bigquery";
  const TablePtr found = fetch(evaluator, query,
                               fmt::format("select column_name, data_type{} from {} where {} order by ordinal_position",
                                           has_sizes ? ", character_maximum_length, numeric_precision, numeric_scale" : "",
                                           information_schema(adapter, rules, database, schema, "columns"), where));
  std::vector<Value> columns;
  for (const std::vector<Value>& row : found->data()) {
    Column::Data data;
    data.name = Value{evaluator.made(display(row[0]))};
    data.dtype = Value{evaluator.made(display(row[1]))};
    if (has_sizes && row.size() >= 5) {
      data.char_size = row[2];
      data.numeric_precision = row[3];
      data.numeric_scale = row[4];
    }
    columns.emplace_back(ObjectPtr{std::make_shared<Column>(std::move(data), rules.quote_character)});
  }
  return make_list(std::move(columns));
}

Value LiveHost::missing_columns(Evaluator& evaluator, const Query& query) {
  const std::vector<Value> given = bind_arguments(query.arguments, "get_missing_columns", {{"from_relation"}, {"to_relation"}});
  const Value from = columns_of(evaluator, query, given[0]);
  const Value into = columns_of(evaluator, query, given[1]);
  const auto name_of_column = [](const Value& value) { return display(std::static_pointer_cast<Column>(*value.get_if<ObjectPtr>())->data().name); };
  std::vector<Value> missing;
  for (const Value& column : (*from.get_if<ListPtr>())->items) {
    const auto& others = (*into.get_if<ListPtr>())->items;
    if (std::none_of(others.begin(), others.end(), [&](const Value& other) { return name_of_column(other) == name_of_column(column); })) missing.push_back(column);
  }
  return make_list(std::move(missing));
}

Value LiveHost::schema_question(Evaluator& evaluator, const Query& query) {
  const std::string adapter = context().adapter_type().value_or("");
  const RelationRules rules = relation_rules(adapter);
  if (query.method == "check_schema_exists") {
    const std::vector<Value> given = bind_arguments(query.arguments, "check_schema_exists", {{"database"}, {"schema"}});
    const std::string from = information_schema(adapter, rules, text_of_value(evaluator, given[0]), "", "schemata");
    return Value{!fetch(evaluator, query, fmt::format("select schema_name from {} where {}", from, condition("schema_name", text_of_value(evaluator, given[1]))))->data().empty()};
  }
  const Value database = query.arguments.positional.empty() ? Value{None{}} : query.arguments.positional.front();
  const std::string from = information_schema(adapter, rules, text_of_value(evaluator, database), "", "schemata");
  std::vector<Value> names;
  const TablePtr found = fetch(evaluator, query, fmt::format("select distinct schema_name from {}", from));
  for (const std::vector<Value>& row : found->data()) names.emplace_back(evaluator.made(display(row[0])));
  return make_list(std::move(names));
}

Value LiveHost::change_relation(Evaluator& evaluator, const Query& query) {
  const auto rendered = [](const RelationPtr& relation) { return relation->rendered().str(); };
  if (query.arguments.positional.empty() && query.arguments.keyword.empty()) {
    evaluator.raise("TypeError", query.method + "() missing 1 required positional argument: 'relation'");
  }
  const Value& first = query.arguments.positional.empty() ? query.arguments.keyword.front().second : query.arguments.positional.front();
  const RelationPtr relation = required_relation(evaluator, query, first);
  if (query.method == "create_schema" || query.method == "drop_schema") {
    RelationRules rules = relation->rules();
    rules.include.identifier = false;
    const Relation schema{Relation::Path{relation->part(Relation::Part::Database), relation->part(Relation::Part::Schema), Value{None{}}}, "", rules, Site{query.site, &evaluator.sources()}};
    const bool creates = query.method == "create_schema";
    send(evaluator, query, fmt::format("{} {}{}", creates ? "create schema if not exists" : "drop schema if exists", schema.rendered().view(), creates ? "" : " cascade"));
  } else if (query.method == "drop_relation") {
    const std::string type = relation->type().empty() ? "table" : relation->type() == "materialized_view" ? "materialized view" : relation->type();
    send(evaluator, query, fmt::format("drop {} if exists {}", type, rendered(relation)));
  } else if (query.method == "truncate_relation") {
    send(evaluator, query, fmt::format("truncate table {}", rendered(relation)));
  } else {
    if (query.arguments.positional.size() < 2) evaluator.raise("TypeError", "rename_relation() missing 1 required positional argument: 'to_relation'");
    const RelationPtr target = required_relation(evaluator, query, query.arguments.positional[1]);
    RelationRules rules = target->rules();
    rules.include = RelationPolicy{false, false, true};
    const Relation name{target->path(), "", rules, Site{query.site, &evaluator.sources()}};
    send(evaluator, query, fmt::format("alter {} {} rename to {}", relation->type() == "view" ? "view" : "table", rendered(relation), name.rendered().view()));
  }
  return Value{None{}};
}

Value LiveHost::adapter_method(Evaluator& evaluator, const Query& query) {
  constexpr std::array<std::string_view, 5> kChanges{"create_schema", "drop_schema", "drop_relation", "truncate_relation", "rename_relation"};
  const std::string& method = query.method;
  if (method == "get_relation") return find_relation(evaluator, query);
  if (method == "get_columns_in_relation" || method == "get_columns_in_table") {
    return columns_of(evaluator, query, bind_arguments(query.arguments, method, {{"relation"}})[0]);
  }
  if (method == "get_missing_columns") return missing_columns(evaluator, query);
  if (method == "check_schema_exists" || method == "list_schemas") return schema_question(evaluator, query);
  if (std::find(kChanges.begin(), kChanges.end(), method) != kChanges.end()) return change_relation(evaluator, query);
  if (method == "commit") {
    commit(evaluator, query.site);
    return Value{None{}};
  }
  if (method == "is_motherduck" || method == "is_ducklake") return Value{false};
  evaluator.raise("CompilationError", fmt::format("`adapter.{}` is not available here", method));
}

}  // namespace hookc
