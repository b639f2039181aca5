#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>

#include "analyzer/materialization.h"
#include "analyzer/rules/support.h"
#include "compiler/base/ascii.h"

namespace hookc {

namespace {

/// `where true`, `where 1 = 1`: what databases that insist on a WHERE are given.
bool is_always_true(std::string_view condition) {
  std::string words;
  std::copy_if(condition.begin(), condition.end(), std::back_inserter(words), [](char c) { return std::isspace(static_cast<unsigned char>(c)) == 0; });
  words = ascii_lower(words);
  return words == "true" || words == "1=1" || words == "(true)" || words == "(1=1)";
}

/// Objects whose whole contents go, with the word for it.
std::vector<const sql::QualifiedName*> victims_of(const StatementView& at) {
  const sql::Statement& statement = at.statement;
  std::vector<const sql::QualifiedName*> victims;
  if (const auto* truncate = std::get_if<sql::Truncate>(&statement.node)) {
    for (const sql::QualifiedName& name : truncate->targets) victims.push_back(&name);
  }
  if (const auto* del = std::get_if<sql::Delete>(&statement.node); del != nullptr && (!del->where || is_always_true(at.view(del->where->expr.range)))) victims.push_back(&del->target);
  if (const auto* drop = std::get_if<sql::Drop>(&statement.node)) {
    using sql::ObjectKind;
    const bool holds_data = drop->kind == ObjectKind::Table || drop->kind == ObjectKind::View || drop->kind == ObjectKind::MaterializedView || drop->kind == ObjectKind::Schema || drop->kind == ObjectKind::Database;
    if (holds_data) {
      for (const sql::QualifiedName& name : drop->names) victims.push_back(&name);
    }
  }
  return victims;
}

bool is_listed_by_query(const RuleInput& input, const StatementView& at, ByteRange range) {
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    const std::string_view symbol = symbol_at(*input.project.sources, at.sent.text, i);
    if (symbol.starts_with("run_query") || symbol.starts_with("load_result") || symbol.starts_with("adapter.")) return true;
  }
  return false;
}

/// All bytes are what a query gave.
bool is_given_by_query(const RuleInput& input, const Text& text) {
  const auto runs = text.runs();
  bool any = false;
  for (const Run& run : runs) {
    const std::string_view symbol = symbol_at(*input.project.sources, text, run.begin);
    const bool from_query = symbol.starts_with("run_query") || symbol.starts_with("load_result");
    const std::string_view rest = text.view().substr(run.begin, (&run == &runs.back() ? text.size() : (&run + 1)->begin) - run.begin);
    if (!from_query && rest.find_first_not_of(" \t\r\n;") != std::string_view::npos) return false;
    any = any || from_query;
  }
  return any;
}

/// A query whose rows are statements: `select 'drop table ' || table_name from information_schema.tables`.
bool makes_destructive_sql(const RuleInput& input, const SentSql& sent) {
  static constexpr std::string_view kHeads[] = {"drop ", "truncate ", "delete from "};
  const auto literals = sql::string_literals(sent.text.view(), input.project.dialect);
  return std::any_of(literals.begin(), literals.end(), [&](ByteRange literal) {
    const std::string_view quoted = sent.text.view().substr(literal.begin, literal.size());
    const std::size_t begin = quoted.find_first_not_of("'\" \t\r\n");
    if (begin == std::string_view::npos) return false;
    return std::any_of(std::begin(kHeads), std::end(kHeads), [&](std::string_view head) { return equal_ignoring_case(quoted.substr(begin, head.size()), head); });
  });
}

/// Statements that a query has put together are sent as they come.
void check_generated(const RuleInput& input, Findings& findings) {
  for (const PathFacts& path : input.hook.executing) {
    bool makes_sql = false;
    for (const SentSql& sent : path.sent) {
      if (makes_sql && is_given_by_query(input, sent.text)) {
        const Findings::Extra extra{.severity = Severity::Warning, .fix = std::nullopt, .help = "narrow the query to a schema of this project, and log what is dropped"};
        if (sent.via_query) findings.add(path, sent.site, FrameId{}, "what is dropped here is whatever a query lists", extra);
        else if (!sent.script.statements.empty()) findings.add(path, sent.text, sent.script.statements.front().range, "what is dropped here is whatever a query lists", extra);
      }
      makes_sql = makes_sql || (sent.via_query && makes_destructive_sql(input, sent));
    }
  }
}

void check(const RuleInput& input, Findings& findings) {
  check_generated(input, findings);
  for_each_statement(input, [&](const StatementView& at) {
    for (const sql::QualifiedName* name : victims_of(at)) {
      if (name->empty()) continue;
      if (const Node* node = other_node(input, *name)) {
        if (makes_no_rows(*input.project.sources, *node) && !std::holds_alternative<sql::Drop>(at.statement.node)) continue;  // hooks are what fills it
        findings.add(at.path, at.sent.text, head_to(at.statement, *name), fmt::format("`{}` takes all of `{}`, which belongs to another node", sql::kind_name(at.statement), node->unique_id),
                     {.severity = std::nullopt, .fix = std::nullopt, .help = "remove the rows that were read, by their key"});
      } else if (std::holds_alternative<sql::Drop>(at.statement.node) && is_listed_by_query(input, at, name->range())) {
        findings.add(at.path, at.sent.text, head_to(at.statement, *name), "what is dropped here is whatever a query lists",
                     {.severity = Severity::Warning, .fix = std::nullopt, .help = "narrow the query to a schema of this project, and log what is dropped"});
      }
    }
  });
}

}  // namespace

extern const Rule destructive_on_shared_object;
const Rule destructive_on_shared_object{
    .code = "HK306",
    .name = "destructive-on-shared-object",
    .severity = Severity::Error,
    .summary = "a hook empties or drops what belongs to another node, or what a query happens to list",
    .rationale =
        "TRUNCATE, DELETE without WHERE and DROP cannot be undone by running again. When the job is retried after the hook, the rows are gone before "
        "anybody has read them.",
    .example = "post_hook=\"truncate table {{ ref('customer_stream') }}\"",
    .better = "post_hook=\"delete from {{ ref('customer_stream') }} where loaded_at <= (select max(loaded_at) from {{ this }})\"",
    .check = check};

}  // namespace hookc
