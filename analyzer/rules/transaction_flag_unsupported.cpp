#include <fmt/format.h>

#include "analyzer/rules/support.h"
#include "compiler/project/hook_places.h"

namespace hookc {

namespace {

void check(const RuleInput& input, Findings& findings) {
  if (input.hook.hook->transaction || input.hook.node == nullptr || runs_hooks_outside(input.hook.node->materialized, sql::name_of(input.project.dialect))) return;
  findings.add(whole_hook(input), fmt::format("this hook never runs: the {} materialization of {} has no hooks outside of the transaction", input.hook.node->materialized, sql::traits_of(input.project.dialect).title),
               {.severity = std::nullopt, .fix = std::nullopt, .help = "leave `transaction: false` out, when the hook is meant to run"});
}

}  // namespace

extern const Rule transaction_flag_unsupported;
const Rule transaction_flag_unsupported{
    .code = "HK403",
    .name = "transaction-flag-unsupported",
    .severity = Severity::Error,
    .summary = "`transaction: false` for a materialization that never runs such hooks",
    .rationale =
        "Some adapters run the hooks of a node in one go and look only for those inside of the transaction. A hook with `transaction: false` is then "
        "skipped, and nothing says so.",
    .example = "post_hook={\"sql\": \"analyze table {{ this }} compute statistics\", \"transaction\": false}   -- Spark",
    .better = "post_hook=\"analyze table {{ this }} compute statistics\"",
    .dialects = "Snowflake, BigQuery, Spark and Databricks: table, incremental and view. PostgreSQL, Redshift and DuckDB run both kinds.",
    .check = check};

}  // namespace hookc
