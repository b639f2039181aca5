#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

std::optional<Fix> guard_of(const RuleInput& input, const StatementView& at, const sql::AlterAction& action) {
  const Sources& sources = *input.project.sources;
  const auto guards = [&](sql::Guarded what) { return sql::guards_of(input.project.dialect, what); };
  if (action.kind == sql::AlterKind::AddColumn && guards(sql::Guarded::AddColumn).if_not_exists == sql::Support::Yes) {
    return insert_before(sources, at.sent.text, action.name.range(), "if not exists ");
  }
  if (action.kind == sql::AlterKind::DropColumn && guards(sql::Guarded::DropColumn).if_exists == sql::Support::Yes) {
    return insert_before(sources, at.sent.text, action.name.range(), "if exists ");
  }
  if (action.kind == sql::AlterKind::DropConstraint && guards(sql::Guarded::DropConstraint).if_exists == sql::Support::Yes) {
    return insert_before(sources, at.sent.text, action.name.range(), "if exists ");
  }
  return std::nullopt;
}

std::string help_of(const sql::AlterAction& action) {
  switch (action.kind) {
    case sql::AlterKind::AddConstraint: return "drop the constraint first, or let the model's `constraints:` make it";
    case sql::AlterKind::AddColumn: return "make the column in the model's own select, or guard it";
    default: return "guard it by asking the catalog first, or do it once outside of dbt";  // every other action has no form that can be repeated
  }
}

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    const auto* alter = std::get_if<sql::Alter>(&at.statement.node);
    if (alter == nullptr || at.verdict.action >= alter->actions.size()) return;
    const sql::AlterAction& action = alter->actions[at.verdict.action];
    const bool repeats_constraint = at.verdict.rerun == Outcome::Drifts && action.kind == sql::AlterKind::AddConstraint;
    if (at.verdict.rerun != Outcome::FailsAgain && !repeats_constraint) return;
    using sql::AlterKind;
    const bool one_shot = action.kind == AlterKind::RenameTo || action.kind == AlterKind::SwapWith || action.kind == AlterKind::ExchangePartition || action.kind == AlterKind::Append;
    if (one_shot) return;  // HK107 speaks of one-shot operations
    Findings::Extra extra;
    extra.fix = guard_of(input, at, action);
    extra.help = extra.fix ? "add the guard that the dialect has" : help_of(action);
    const ByteRange range{at.statement.head.begin, std::max(at.statement.head.end, action.name.empty() ? action.range.end : action.name.range().end)};
    findings.add(at.path, at.sent.text, range, fmt::format("`{}` cannot run twice: {}", sql::kind_name(at.statement), at.verdict.reason), std::move(extra));
  });
}

}  // namespace

extern const Rule alter_not_rerunnable;
const Rule alter_not_rerunnable{
    .code = "HK103",
    .name = "alter-not-rerunnable",
    .severity = Severity::Error,
    .summary = "an ALTER changes an object that the first run has changed already",
    .rationale =
        "ADD COLUMN, ADD CONSTRAINT, ATTACH PARTITION and their kind fail when what they add is there. On a model that is built anew each time they are fine; on an "
        "incremental model, a snapshot or a table of your own they are not.",
    .example = "post_hook=\"alter table {{ this }} add column loaded_at timestamp\"   -- on an incremental model",
    .better = "post_hook=\"alter table {{ this }} add column if not exists loaded_at timestamp\"",
    .check = check};

}  // namespace hookc
