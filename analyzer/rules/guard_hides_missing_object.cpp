#include <fmt/format.h>

#include "analyzer/materialization.h"
#include "analyzer/rules/support.h"

namespace hookc {

namespace {

bool is_left_behind(const RuleInput& input, const StatementView& at, const sql::Create& create) {
  return create.kind == sql::ObjectKind::Index && !create.name.empty() && input.hook.node != nullptr && input.hook.hook->phase == HookPhase::PostHook && is_this(input, create.on) &&
         swaps_by_rename(input.project.dialect) && index_names_belong_to_schema(input.project.dialect) && input.hook.node->materialized == "table" &&
         build_effect_of(*input.hook.node, &at.path) == BuildEffect::Replaces && input.hook.hook->transaction;
}

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    const auto* create = std::get_if<sql::Create>(&at.statement.node);
    if (create == nullptr || !create->if_not_exists) return;
    if (is_left_behind(input, at, *create)) {
      findings.add(at.path, at.sent.text, head_to(at.statement, create->name), fmt::format("every second run leaves `{}` without this index: its name is still taken by the table that is swapped out", create->on.last()),
                   {.severity = std::nullopt, .fix = std::nullopt, .help = "use `indexes:` in the model's config, an index without a name, or `drop index if exists` first"});
      return;
    }
    const bool keeps_contents = create->kind == sql::ObjectKind::Table && create->query && create->query->scan.has_from && !create->temporary;
    if (!keeps_contents) return;
    findings.add(at.path, at.sent.text, head_to(at.statement, create->name), fmt::format("`{}` keeps the rows of the first run: later runs skip this", create->name.last()),
                 {.severity = Severity::Info, .fix = std::nullopt, .help = "fine for a copy that is made once; otherwise make it a model"});
  });
}

}  // namespace

extern const Rule guard_hides_missing_object;
const Rule guard_hides_missing_object{
    .code = "HK109",
    .name = "guard-hides-missing-object",
    .severity = Severity::Error,
    .summary = "`if not exists` skips what this run needed: an index that a swapped-out table still holds, or new contents",
    .rationale =
        "Where a table model is built under another name and renamed, the old table keeps its index names until it is dropped, after the post-hooks. "
        "`create index if not exists` then finds the name taken, skips, and the old table takes the index along: every second run leaves the model "
        "without it.",
    .example = "post_hook=\"create index if not exists orders_id on {{ this }} (id)\"   -- on a table model of PostgreSQL",
    .better = "{{ config(materialized='table', indexes=[{'columns': ['id']}]) }}",
    .dialects =
        "The swap concerns adapters whose `table` renames: PostgreSQL, Redshift, DuckDB, SQLite, Trino. Names of indexes belong to their table in "
        "MySQL and SQL Server, so nothing is left behind there. Snowflake, BigQuery, Databricks and Spark replace in place.",
    .check = check};

}  // namespace hookc
