#include "analyzer/materialization.h"

#include <algorithm>
#include <array>
#include <string>

#include "compiler/ast/children.h"
#include "compiler/base/ascii.h"

namespace hookc {

namespace {

bool says(const PathFacts* path, std::string_view condition) {
  return path != nullptr && path->says(condition);
}

/// The same for every hook of a run.
bool is_shared(std::string_view symbol) {
  return symbol.starts_with("target.") || symbol.starts_with("flags.") || symbol.starts_with("env_var(") || symbol.starts_with("var(");
}

/// `x in ['a', 'b']`, answered so, when x is this text: it cannot be.
bool excludes(const Answer& membership, const Answer& equality) {
  if (membership.question.op != "in" || equality.question.op != "==" || equality.choice != 1 || !membership.question.operand || !equality.question.operand) return false;
  const auto* list = membership.question.operand->get_if<ListPtr>();
  const auto value = text_of(*equality.question.operand);
  if (list == nullptr || !value) return false;
  const bool is_member = std::any_of((*list)->items.begin(), (*list)->items.end(), [&](const Value& item) { return text_of(item) == value; });
  return is_member != (membership.choice == 1);
}

bool contradicts(const Answer& left, const Answer& right) {
  const Question& one = left.question;
  const Question& two = right.question;
  if (one.symbol->name != two.symbol->name) return false;
  if (excludes(left, right) || excludes(right, left)) return true;
  const auto operand = [](const Question& question) { return question.operand ? text_of(*question.operand) : std::nullopt; };
  const bool same_operand = one.operand.has_value() == two.operand.has_value() && operand(one) == operand(two);
  if (one.kind != two.kind || one.op != two.op) return false;
  if (same_operand) return left.choice != right.choice;
  return one.kind == Question::Kind::Compare && one.op == "==" && left.choice == 1 && right.choice == 1;  // one value equals one thing
}

}  // namespace

BuildEffect build_effect_of(const Node& node, const PathFacts* path) {
  if (node.type == ResourceType::Source) return BuildEffect::None;  // dbt does not build it
  if (node.type == ResourceType::Seed) return BuildEffect::Refills;
  if (node.type == ResourceType::Snapshot || node.materialized == "snapshot") return BuildEffect::Keeps;
  if (node.materialized == "ephemeral") return BuildEffect::None;
  if (node.materialized == "view" || node.materialized == "table" || node.materialized == "materialized_view") return BuildEffect::Replaces;
  if (node.materialized == "incremental") {
    const bool full = says(path, "not is_incremental()") || says(path, "should_full_refresh()") || says(path, "flags.FULL_REFRESH");
    return full ? BuildEffect::Replaces : BuildEffect::Keeps;
  }
  return BuildEffect::Unknown;
}

bool swaps_by_rename(sql::Dialect dialect) {
  switch (dialect) {
    case sql::Dialect::Postgres:
    case sql::Dialect::Redshift:
    case sql::Dialect::DuckDb:
    case sql::Dialect::SqlServer:
    case sql::Dialect::MySql:
    case sql::Dialect::Sqlite:
    case sql::Dialect::Trino: return true;
    case sql::Dialect::Snowflake:
    case sql::Dialect::BigQuery:
    case sql::Dialect::Databricks:
    case sql::Dialect::Spark:
    case sql::Dialect::ClickHouse:
    case sql::Dialect::Generic: return false;
  }
  return false;
}

bool index_names_belong_to_schema(sql::Dialect dialect) { return dialect != sql::Dialect::MySql && dialect != sql::Dialect::SqlServer && dialect != sql::Dialect::ClickHouse; }

void apply_build(const ProjectFacts& facts, const Node& node, const PathFacts* path, Catalog& catalog) {
  const auto name = facts.relation_names.find(node.unique_id);
  if (name == facts.relation_names.end() || name->second.empty()) return;
  switch (build_effect_of(node, path)) {
    case BuildEffect::Replaces: return catalog.replace_relation(name->second, !swaps_by_rename(facts.dialect));
    case BuildEffect::Refills: {
      CatalogEntry& table = catalog.get(sql::ObjectKind::Table, name->second, {});
      table.existence = Existence::Present;
      table.rows.clear();
      table.fresh = true;
      return;
    }
    case BuildEffect::Keeps: catalog.get(sql::ObjectKind::Table, name->second, {}).existence = Existence::Present; return;
    case BuildEffect::None: return;
    case BuildEffect::Unknown: return catalog.forget_relation(name->second);
  }
}

std::string sql_of(const Sources& sources, const Node& node) {
  std::string text;
  if (node.tmpl == nullptr) return text;
  const std::string_view bytes = sources.text(node.tmpl->source).view();
  ast::walk_statements(node.tmpl->body, [&](const ast::Stmt& stmt) {
    if (const auto* data = std::get_if<ast::Data>(&stmt.node)) text += std::string{bytes.substr(data->range.begin, data->range.size())} + " ";
  });
  return text;
}

bool makes_no_rows(const Sources& sources, const Node& node) { return node.type == ResourceType::Model && yields_nothing(sql_of(sources, node)); }

bool yields_nothing(std::string_view sql) {
  static constexpr std::array<std::string_view, 5> kNever{" where 1=0", " where 0=1", " where 1=2", " where false", " limit 0"};
  std::string words;  // one blank between words, none around `=`
  for (const char c : ascii_lower(sql)) {
    const bool is_blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (c == '=' && !words.empty() && words.back() == ' ') words.pop_back();
    if (!is_blank) words += c;
    else if (!words.empty() && words.back() != ' ' && words.back() != '=') words += ' ';
  }
  words += ' ';
  return std::ranges::any_of(kNever, [&](std::string_view never) {
    const std::size_t at = words.find(never);
    return at != std::string::npos && !is_word_character(words[at + never.size()]);
  });
}

bool can_run_together(const PathFacts& left, const PathFacts& right, bool same_node) {
  for (const Answer& one : left.answers) {
    if (!same_node && !is_shared(one.question.symbol->name)) continue;
    if (std::any_of(right.answers.begin(), right.answers.end(), [&](const Answer& two) { return contradicts(one, two); })) return false;
  }
  return true;
}

}  // namespace hookc
