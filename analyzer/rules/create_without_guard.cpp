#include <fmt/format.h>

#include "analyzer/materialization.h"
#include "analyzer/rules/support.h"

namespace hookc {

namespace {

/// IF NOT EXISTS, where the dialect has it and it does what it seems to: never for a table with contents, never for an index that a swap leaves behind.
std::optional<Fix> guard_of(const RuleInput& input, const StatementView& at, const sql::Create& create) {
  const auto guarded = sql::guarded_create(create.kind, create.query.has_value());
  if (!guarded || create.query) return std::nullopt;
  const sql::Guards guards = sql::guards_of(input.project.dialect, *guarded);
  if (guards.if_not_exists != sql::Support::Yes || (guards.needs_name && create.name.empty())) return std::nullopt;
  const bool hides_missing_index = create.kind == sql::ObjectKind::Index && input.hook.node != nullptr && swaps_by_rename(input.project.dialect) &&
                                   build_effect_of(*input.hook.node, &at.path) == BuildEffect::Replaces;
  if (hides_missing_index) return std::nullopt;
  return insert_after(*input.project.sources, at.sent.text, create.kind_range, " if not exists");
}

/// OR REPLACE, where the dialect has it: what was there is lost, so it is for a person to decide.
std::optional<Fix> replacement_of(const RuleInput& input, const StatementView& at, const sql::Create& create) {
  const auto guarded = sql::guarded_create(create.kind, create.query.has_value());
  if (!guarded || sql::guards_of(input.project.dialect, *guarded).or_replace != sql::Support::Yes) return std::nullopt;
  auto fix = insert_after(*input.project.sources, at.sent.text, at.statement.head, " or replace");
  if (fix) fix->safe = false;
  return fix;
}

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    if (const auto* query = std::get_if<sql::Query>(&at.statement.node); query != nullptr && query->into && at.verdict.rerun == Outcome::FailsAgain) {
      findings.add(at.path, at.sent.text, query->into->range(), fmt::format("`select into` has no guard: {}", at.verdict.reason),
                   {.severity = std::nullopt, .fix = std::nullopt, .help = "drop it first, or insert into a table that is there"});
      return;
    }
    const auto* create = std::get_if<sql::Create>(&at.statement.node);
    const bool repeats_index = create != nullptr && create->kind == sql::ObjectKind::Index && create->name.empty() && at.verdict.rerun == Outcome::Drifts;
    if (create == nullptr || (at.verdict.rerun != Outcome::FailsAgain && !repeats_index)) return;
    Findings::Extra extra;
    extra.fix = guard_of(input, at, *create);
    const bool can_guard = extra.fix.has_value();
    if (!can_guard) extra.fix = replacement_of(input, at, *create);
    extra.help = can_guard ? "add `if not exists`" : create->query ? "use `create or replace` where the database has it, or drop it first" : "drop it first, or ask for it with `adapter.get_relation`";
    findings.add(at.path, at.sent.text, head_to(at.statement, create->name),
                 fmt::format("`{}` has no guard: {}", sql::kind_name(at.statement), at.verdict.reason), std::move(extra));
  });
}

}  // namespace

extern const Rule create_without_guard;
const Rule create_without_guard{
    .code = "HK101",
    .name = "create-without-guard",
    .severity = Severity::Error,
    .summary = "a hook creates an object that is still there when the hook runs again",
    .rationale = "Hooks run on every invocation, and once more when a job is retried. A plain CREATE succeeds the first time and fails every time after it.",
    .example = "on-run-start: \"create table audit.runs (id text)\"",
    .better = "on-run-start: \"create table if not exists audit.runs (id text)\"",
    .check = check};

}  // namespace hookc
