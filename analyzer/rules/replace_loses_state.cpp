#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

struct Loss {
  sql::ObjectKind kind;
  std::string_view what;
};
/// What goes with the object when it is replaced. Source: Snowflake's documentation of CREATE for each kind.
constexpr Loss kLosses[] = {
    {sql::ObjectKind::Stream, "how far it was read"}, {sql::ObjectKind::Stage, "its files and what was loaded from them"}, {sql::ObjectKind::Pipe, "which files it has loaded"},
    {sql::ObjectKind::Task, "that it was resumed"},   {sql::ObjectKind::Role, "what was granted to it"},                  {sql::ObjectKind::Warehouse, "what was granted on it"},
    {sql::ObjectKind::Database, "everything in it"},  {sql::ObjectKind::Schema, "everything in it"},                      {sql::ObjectKind::Share, "who may read it"},
    {sql::ObjectKind::Sequence, "how far it has counted"}};

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    const auto* create = std::get_if<sql::Create>(&at.statement.node);
    if (create == nullptr || !create->or_replace || create->temporary) return;
    for (const Loss& loss : kLosses) {
      if (create->kind != loss.kind) continue;
      findings.add(at.path, at.sent.text, head_to(at.statement, create->name), fmt::format("replacing `{}` loses {}", create->name.last(), loss.what),
                   {.severity = std::nullopt, .fix = std::nullopt, .help = "use `if not exists`, or ALTER what differs"});
    }
    const bool is_clone = create->kind == sql::ObjectKind::Table && !create->source.empty() && !create->query;
    if (is_clone && !has_word(at.view(at.statement.range), "grants")) {
      findings.add(at.path, at.sent.text, head_to(at.statement, create->name), "replacing a table by a clone loses its grants, and yesterday's copy",
                   {.severity = Severity::Info, .fix = std::nullopt, .help = "add `copy grants`, or put a date into the name and use `if not exists`"});
    }
  });
}

}  // namespace

extern const Rule replace_loses_state;
const Rule replace_loses_state{
    .code = "HK110",
    .name = "replace-loses-state",
    .severity = Severity::Warning,
    .summary = "`create or replace` of an object that holds more than its definition",
    .rationale =
        "A replaced stream forgets how far it was read, a stage or pipe which files it has loaded, a task that it was running, a role or schema what "
        "was granted to it. The statement can be repeated; what is lost cannot.",
    .example = "on-run-start: \"create or replace stream raw.orders_stream on table raw.orders\"",
    .better = "on-run-start: \"create stream if not exists raw.orders_stream on table raw.orders\"",
    .dialects = "Snowflake has these kinds with `or replace`; DuckDB has it for schemas and sequences.",
    .check = check};

}  // namespace hookc
