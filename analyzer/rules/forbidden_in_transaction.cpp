#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

using sql::Dialect;

bool is_concurrent(const sql::Statement& statement) {
  if (const auto* create = std::get_if<sql::Create>(&statement.node)) return create->concurrently;
  if (const auto* drop = std::get_if<sql::Drop>(&statement.node)) return drop->concurrently;
  return false;
}
bool is_vacuum(const sql::Statement& statement) {
  const auto* work = std::get_if<sql::Maintenance>(&statement.node);
  return work != nullptr && work->kind == sql::Maintenance::Kind::Vacuum;
}
bool makes_database(const sql::Statement& statement) {
  if (const auto* create = std::get_if<sql::Create>(&statement.node)) return create->kind == sql::ObjectKind::Database;
  if (const auto* drop = std::get_if<sql::Drop>(&statement.node)) return drop->kind == sql::ObjectKind::Database;
  return false;
}
bool alters_system(const sql::Statement& statement) {
  const auto* alter = std::get_if<sql::Alter>(&statement.node);
  return alter != nullptr && alter->kind == sql::ObjectKind::System;
}
bool appends_table(const sql::Statement& statement) {
  const auto* alter = std::get_if<sql::Alter>(&statement.node);
  return alter != nullptr && std::any_of(alter->actions.begin(), alter->actions.end(), [](const sql::AlterAction& action) { return action.kind == sql::AlterKind::Append; });
}

struct Forbidden {
  Dialect dialect;
  bool (*is)(const sql::Statement&);
};
/// What the database refuses in a transaction. PostgreSQL 15 and SQLite 3.40 were tried; Redshift by its manual.
constexpr Forbidden kForbidden[] = {
    {Dialect::Postgres, is_vacuum}, {Dialect::Postgres, is_concurrent},  {Dialect::Postgres, makes_database}, {Dialect::Postgres, alters_system},
    {Dialect::Redshift, is_vacuum}, {Dialect::Redshift, makes_database}, {Dialect::Redshift, appends_table},  {Dialect::Sqlite, is_vacuum},
    {Dialect::SqlServer, makes_database}};

/// `commit; vacuum ..`: dbt-redshift sends the statements of a text one by one, and what stands behind a COMMIT is outside.
bool is_behind_commit(const StatementView& at) {
  bool behind = false;
  for (const sql::Statement& statement : at.sent.script.statements) {
    if (&statement == &at.statement) break;
    if (const auto* transaction = std::get_if<sql::Transaction>(&statement.node)) behind = transaction->kind == sql::Transaction::Kind::Commit || transaction->kind == sql::Transaction::Kind::Rollback;
  }
  return behind;
}

/// A hook of a node that says nothing runs in the transaction of its model; several statements in one text are one transaction of PostgreSQL in any hook.
bool in_transaction(const RuleInput& input, const StatementView& at) {
  if (input.project.dialect == Dialect::Redshift && is_behind_commit(at)) return false;
  if (input.hook.node != nullptr && input.hook.hook->transaction) return true;
  return input.project.dialect == Dialect::Postgres && at.sent.script.statements.size() > 1;
}

/// The whole literal of a `config()` call inside of `after_commit(...)`.
std::optional<Fix> run_outside(const RuleInput& input) {
  if (input.hook.hook->place != HookPlace::ConfigCall || input.hook.hook->frozen) return std::nullopt;
  const Sources& sources = *input.project.sources;
  auto where = sources.locate(whole_hook(input));
  const auto file = where ? sources.file_bytes(where->file) : std::nullopt;
  if (!file || where->begin == 0 || where->end >= file->size()) return std::nullopt;
  const char quote = (*file)[where->begin - 1];
  const bool is_literal = (quote == '"' || quote == '\'') && (*file)[where->end] == quote && (where->begin < 2 || (*file)[where->begin - 2] != quote);
  if (!is_literal) return std::nullopt;
  Location before = *where;
  before.end = --before.begin;
  before.end_line = before.line;
  before.end_column = --before.column;
  Location after = *where;
  after.begin = ++after.end;
  after.line = after.end_line;
  after.column = ++after.end_column;
  const std::string_view wrapper = input.hook.hook->phase == HookPhase::PreHook ? "before_begin(" : "after_commit(";
  return Fix{true, {Edit{before, std::string{wrapper}}, Edit{after, ")"}}};
}

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    const bool forbidden = std::any_of(std::begin(kForbidden), std::end(kForbidden), [&](const Forbidden& row) { return row.dialect == input.project.dialect && row.is(at.statement); });
    if (!forbidden || !in_transaction(input, at)) return;
    Findings::Extra extra;
    if (input.hook.node != nullptr && !at.sent.via_query && at.sent.script.statements.size() == 1) extra.fix = run_outside(input);
    extra.help = at.sent.script.statements.size() > 1 ? "make it a hook of its own, with `transaction: false` in hooks of nodes" : "write the hook as `{sql: ..., transaction: false}`, or with `after_commit(...)`";
    findings.add(at.path, at.sent.text, at.statement.head, fmt::format("{} refuses `{}` inside of a transaction, and this hook runs in one", sql::traits_of(input.project.dialect).title, sql::kind_name(at.statement)), std::move(extra));
  });
}

}  // namespace

extern const Rule forbidden_in_transaction;
const Rule forbidden_in_transaction{
    .code = "HK401",
    .name = "forbidden-in-transaction",
    .severity = Severity::Error,
    .summary = "a statement that the database refuses inside of a transaction, in a hook that runs inside of one",
    .rationale =
        "Hooks of nodes run in the transaction of their model unless they say otherwise. VACUUM, CREATE INDEX CONCURRENTLY and their kind are refused "
        "there, and the model fails after it was built.",
    .example = "post_hook=\"vacuum {{ this }}\"",
    .better = "post_hook=after_commit(\"vacuum {{ this }}\")",
    .dialects =
        "PostgreSQL: VACUUM, CONCURRENTLY, CREATE and DROP DATABASE, ALTER SYSTEM. Redshift: VACUUM, CREATE and DROP DATABASE, ALTER TABLE APPEND. "
        "SQLite: VACUUM. SQL Server: CREATE and DROP DATABASE.",
    .check = check};

}  // namespace hookc
