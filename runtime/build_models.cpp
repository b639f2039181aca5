#include "runtime/build_models.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/eval/evaluator.h"
#include "compiler/program/compile.h"
#include "compiler/project/relation.h"
#include "compiler/sql/parse.h"
#include "compiler/value/repr.h"
#include "runtime/database_host.h"
#include "runtime/selection.h"

namespace hookc {
namespace {

constexpr std::uint32_t kMaxEphemeral = 100;  // ephemeral models that read each other, in depth

RunFailure make_failure(std::string message, std::string help) {
  RunFailure failure;
  failure.message = std::move(message);
  failure.help = std::move(help);
  return failure;
}

std::string text_or_nothing(const Value& value) { return value.is<None>() || value.is<Undefined>() ? std::string{} : display(value); }

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// `unique_key` as a list of columns.
std::vector<std::string> key_columns(const Node& node) {
  std::vector<std::string> columns;
  const Value* key = node.config == nullptr ? nullptr : node.config->find("unique_key");
  if (key == nullptr || key->is<None>()) return columns;
  if (const auto* list = key->get_if<ListPtr>()) {
    for (const Value& column : (*list)->items) columns.push_back(display(column));
  } else {
    columns.push_back(display(*key));
  }
  return columns;
}

std::string_view without_end(std::string_view sql) {
  const std::size_t last = sql.find_last_not_of(" \t\r\n;");
  return sql.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

bool ModelBuilder::can_build(const Node& node, sql::Dialect dialect) {
  if (dialect != sql::Dialect::DuckDb && dialect != sql::Dialect::Postgres) return false;
  if (node.type == ResourceType::Seed) return dialect == sql::Dialect::DuckDb;
  return node.tmpl != nullptr && (node.materialized == "view" || node.materialized == "table" || node.materialized == "incremental");
}

std::optional<RunFailure> ModelBuilder::find_unbuildable(const std::vector<const Node*>& nodes) const {
  if (session_.dialect() != sql::Dialect::DuckDb && session_.dialect() != sql::Dialect::Postgres) {
    return make_failure(fmt::format("hookc builds models on DuckDB and PostgreSQL only, not on {}", sql::traits_of(session_.dialect()).title),
                        "build them with dbt and hand its target/run_results.json to --results");
  }
  for (const Node* node : nodes) {
    const bool is_seed = node->type == ResourceType::Seed;
    if (can_build(*node, session_.dialect())) continue;
    RunFailure failure = make_failure(fmt::format("hookc cannot build `{}`: {}", node->unique_id,
                                                  is_seed                   ? std::string{"it is a seed, and these are read on DuckDB only"}
                                                  : node->tmpl == nullptr ? std::string{"its SQL cannot be read"}
                                                                            : fmt::format("its materialization is `{}`", node->materialized)),
                                      fmt::format("leave it out with `--exclude {}`, or build with dbt and hand its target/run_results.json to --results", node->name));
    failure.file = node->path;
    failure.line = 1;
    failure.column = 1;
    return failure;
  }
  return std::nullopt;
}

const NodeRelation& ModelBuilder::relation(const Node& node) {
  const auto known = relations_.find(node.unique_id);
  if (known != relations_.end()) return known->second;
  DatabaseHost host{sources_, project_, &node, std::nullopt, binding_, session_, node.unique_id};
  Evaluator evaluator{sources_, host, run_options(project_)};
  NodeRelation made;
  made.identifier = node.alias;
  made.rendered = node.alias;
  const auto named = evaluator.attempt([&] { return host.context().relation(evaluator, node); });
  if (const auto* value = std::get_if<Value>(&named)) {
    if (const RelationPtr relation = relation_of(*value)) {
      made.database = text_or_nothing(relation->path().database);
      made.schema = text_or_nothing(relation->path().schema);
      made.identifier = text_or_nothing(relation->path().identifier);
      made.rendered = relation->rendered().str();
    }
  }
  return relations_.emplace(node.unique_id, std::move(made)).first->second;
}

std::string ModelBuilder::key_of(const NodeRelation& relation) const { return lower(fmt::format("{}.{}", relation.schema, relation.identifier)); }

std::string ModelBuilder::describe(const Node& node) {
  const NodeRelation& its = relation(node);
  const std::string kind = node.type == ResourceType::Model ? fmt::format("{} model", node.materialized) : std::string{name_of(node.type)};
  return fmt::format("{} {}{}{}", kind, its.schema, its.schema.empty() ? "" : ".", its.identifier);
}

std::optional<RunFailure> ModelBuilder::learn_relations() {
  const std::string sql = session_.dialect() == sql::Dialect::DuckDb
                              ? "select schema_name, view_name, true from duckdb_views() where not internal and database_name = current_database() union all "
                                "select schema_name, table_name, false from duckdb_tables() where not internal and database_name = current_database()"
                              : "select table_schema, table_name, table_type = 'VIEW' from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')";
  const Result result = session_.adapter().execute(sql, Fetch::Rows);
  if (const auto* error = std::get_if<AdapterError>(&result)) return failure_of(*error, sql);
  for (const auto& row : std::get<ResultSet>(result).rows) {
    if (row.size() < 3) continue;
    const bool* is_view = std::get_if<bool>(&row[2]);
    existing_[lower(fmt::format("{}.{}", to_text(row[0]).value_or(""), to_text(row[1]).value_or("")))] = is_view != nullptr && *is_view;
  }
  return std::nullopt;
}

std::optional<RunFailure> ModelBuilder::prepare(const std::vector<const Node*>& nodes) {
  std::set<std::string> schemas;
  for (const Node* node : nodes) schemas.insert(relation(*node).schema);
  for (const std::string& schema : schemas) {
    if (schema.empty()) continue;
    if (const auto error = session_.adapter().ensure_schema(schema)) return failure_of(*error, fmt::format("create schema {}", schema));
  }
  return learn_relations();
}

std::variant<Text, RunFailure> ModelBuilder::render(const Node& node) {
  if (node.tmpl == nullptr) return make_failure(fmt::format("the SQL of `{}` cannot be read", node.unique_id), "");
  DatabaseHost host{sources_, project_, &node, std::nullopt, binding_, session_, node.unique_id};
  Evaluator evaluator{sources_, host, run_options(project_)};
  EvalOutcome outcome = evaluator.render(*node.tmpl);
  if (const auto* error = std::get_if<EvalError>(&outcome)) return failure_of(error->diagnostic, sources_, places_);
  return std::get<Rendering>(outcome).text;
}

/// Ephemeral models become common table expressions of what reads them, under the names that `ref` prints.
std::optional<RunFailure> ModelBuilder::add_ephemeral(const Node& node, std::string& ctes, std::vector<std::string>& done, std::uint32_t depth) {
  if (depth > kMaxEphemeral) return make_failure(fmt::format("more than {} ephemeral models read each other below `{}`", kMaxEphemeral, node.unique_id), "");
  for (const std::string& id : node.depends_on) {
    const Node* parent = project_.find_node(id);
    if (parent == nullptr || parent->materialized != "ephemeral" || std::ranges::find(done, id) != done.end()) continue;
    done.push_back(id);
    if (auto failure = add_ephemeral(*parent, ctes, done, depth + 1)) return failure;
    auto rendered = render(*parent);
    if (auto* failure = std::get_if<RunFailure>(&rendered)) return std::move(*failure);
    ctes += fmt::format("{}__dbt__cte__{} as (\n{}\n)", ctes.empty() ? "" : ", ", parent->alias, without_end(std::get<Text>(rendered).view()));
  }
  return std::nullopt;
}

ModelBuilder::CompiledOrFailure ModelBuilder::compile(const Node& node) {
  auto rendered = render(node);
  if (auto* failure = std::get_if<RunFailure>(&rendered)) return std::move(*failure);
  Compiled compiled;
  compiled.text = std::move(std::get<Text>(rendered));
  std::vector<std::string> done;
  std::string ctes;
  if (auto failure = add_ephemeral(node, ctes, done, 0)) return std::move(*failure);
  compiled.sql = without_end(compiled.text.view());
  if (!ctes.empty()) {
    const std::optional<std::uint32_t> list = sql::with_list_begin(compiled.sql, session_.dialect());
    const std::string inserted = list ? fmt::format(" {},", ctes) : fmt::format("with {} ", ctes);
    compiled.sql.insert(list.value_or(0), inserted);
    compiled.prefix = static_cast<std::uint32_t>(inserted.size());
  }
  built_.insert_or_assign(node.unique_id, compiled.text);
  return compiled;
}

std::optional<Text> ModelBuilder::compiled_sql(const Node& node) const {
  const auto found = built_.find(node.unique_id);
  return found == built_.end() ? std::nullopt : std::optional{found->second};
}

/// `prefix`: the bytes of `sql` before those of `compiled`.
std::optional<RunFailure> ModelBuilder::send(std::string_view sql, const Compiled* compiled, std::uint32_t prefix) {
  const Result result = session_.send_plain(sql, Fetch::Nothing);
  const auto* error = std::get_if<AdapterError>(&result);
  if (error == nullptr) return std::nullopt;
  RunFailure failure = failure_of(*error, sql);
  if (compiled == nullptr || compiled->text.empty()) return failure;
  const std::uint32_t before = prefix + compiled->prefix;
  const std::uint32_t at = std::min(error->position && *error->position >= before ? *error->position - before : 0, compiled->text.size() - 1);
  if (const auto location = sources_.locate(compiled->text, ByteRange{at, at + 1})) {
    failure.file = places_.shown(location->file);
    failure.line = location->line;
    failure.column = location->column;
  }
  return failure;
}

std::optional<RunFailure> ModelBuilder::drop_other_kind(const Node& node, bool is_view) {
  const NodeRelation& its = relation(node);
  const auto found = existing_.find(key_of(its));
  if (found == existing_.end() || (found->second == is_view && (is_view || session_.dialect() == sql::Dialect::DuckDb))) return std::nullopt;
  return send(fmt::format("drop {} if exists {}", found->second ? "view" : "table", its.rendered), nullptr, 0);
}

std::optional<RunFailure> ModelBuilder::create(const Node& node, const Compiled& compiled, bool is_view) {
  if (auto failure = drop_other_kind(node, is_view)) return failure;
  const NodeRelation& its = relation(node);
  const bool replaces = is_view || session_.dialect() == sql::Dialect::DuckDb;  // PostgreSQL has no `create or replace table`
  const std::string head = fmt::format("create {}{} {} as (\n", replaces ? "or replace " : "", is_view ? "view" : "table", its.rendered);
  if (auto failure = send(fmt::format("{}{}\n)", head, compiled.sql), &compiled, static_cast<std::uint32_t>(head.size()))) return failure;
  existing_[key_of(its)] = is_view;
  return std::nullopt;
}

std::optional<RunFailure> ModelBuilder::insert(const Node& node, const Compiled& compiled) {
  const std::string target = relation(node).rendered;
  const std::string fresh = quote_name(fmt::format("{}__hookc_new", relation(node).identifier));
  const std::string head = fmt::format("create temporary table {} as (\n", fresh);
  if (auto failure = send(fmt::format("drop table if exists {}", fresh), nullptr, 0)) return failure;
  if (auto failure = send(fmt::format("{}{}\n)", head, compiled.sql), &compiled, static_cast<std::uint32_t>(head.size()))) return failure;
  const std::vector<std::string> keys = key_columns(node);
  if (!keys.empty()) {
    std::vector<std::string> same;
    for (const std::string& key : keys) same.push_back(fmt::format("{}.{} = fresh.{}", target, quote_name(key), quote_name(key)));
    if (auto failure = send(fmt::format("delete from {} using {} as fresh where {}", target, fresh, fmt::join(same, " and ")), nullptr, 0)) return failure;
  }
  const bool by_name = session_.dialect() == sql::Dialect::DuckDb;
  if (auto failure = send(fmt::format("insert into {}{} select * from {}", target, by_name ? " by name" : "", fresh), nullptr, 0)) return failure;
  return send(fmt::format("drop table {}", fresh), nullptr, 0);
}

std::optional<RunFailure> ModelBuilder::load_seed(const Node& node) {
  if (auto failure = drop_other_kind(node, false)) return failure;
  const std::filesystem::path file = project_.root / node.path;
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return make_failure(fmt::format("the seed `{}` has no file `{}`", node.name, file.string()), "");
  const NodeRelation& its = relation(node);
  if (auto failure = send(fmt::format("create or replace table {} as select * from read_csv({}, header = true)", its.rendered, quote_literal(file.string())), nullptr, 0)) return failure;
  existing_[key_of(its)] = false;
  return std::nullopt;
}

bool ModelBuilder::inserts(const Node& node) {
  if (node.materialized != "incremental") return false;
  const Value* configured = node.config == nullptr ? nullptr : node.config->find("full_refresh");
  const bool refreshes = configured != nullptr && configured->is<bool>() ? *configured->get_if<bool>() : binding_.full_refresh.value_or(false);
  const auto found = existing_.find(key_of(relation(node)));
  return !refreshes && found != existing_.end() && !found->second;
}

std::optional<RunFailure> ModelBuilder::build(const Node& node) {
  if (node.type == ResourceType::Seed) return load_seed(node);
  const bool adds = inserts(node);
  auto compiled = compile(node);
  if (auto* failure = std::get_if<RunFailure>(&compiled)) return std::move(*failure);
  const auto& model = std::get<Compiled>(compiled);
  return adds ? insert(node, model) : create(node, model, node.materialized == "view");
}

}  // namespace hookc
