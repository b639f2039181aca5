#include <fmt/format.h>

#include "analyzer/operations.h"
#include "analyzer/rules/support.h"

namespace hookc {

namespace {

/// Databases whose unload fails or mixes files unless it is told to overwrite.
bool minds_old_files(sql::Dialect dialect) {
  return dialect == sql::Dialect::Snowflake || dialect == sql::Dialect::Redshift || dialect == sql::Dialect::BigQuery;
}

std::string_view option_of(sql::Dialect dialect) {
  switch (dialect) {
    case sql::Dialect::Snowflake: return "`overwrite = true`";
    case sql::Dialect::Redshift: return "`allowoverwrite` or `cleanpath`";
    case sql::Dialect::BigQuery: return "`overwrite = true` among the options";
    default: return "the option that overwrites";
  }
}

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    const auto* copy = std::get_if<sql::Copy>(&at.statement.node);
    if (copy == nullptr) return;
    if (copy->direction == sql::Copy::Direction::Unload) {
      if (copy->overwrite || !minds_old_files(input.project.dialect) || carries_run_key(input.project, at.sent.text, at.statement.range)) return;
      findings.add(at.path, at.sent.text, at.statement.head, "files of the run before are in the way of this unload",
                   {.severity = std::nullopt, .fix = std::nullopt, .help = fmt::format("add {}, or put `{{{{ invocation_id }}}}` into the path", option_of(input.project.dialect))});
      return;
    }
    if (at.verdict.rerun != Outcome::Drifts) return;
    findings.add(at.path, at.sent.text, head_to(at.statement, copy->table), fmt::format("a second run loads again: {}", at.verdict.reason),
                 {.severity = std::nullopt, .fix = std::nullopt, .help = copy->force ? "leave FORCE out: the database knows which files it has loaded" : "load into an emptied staging table and MERGE from there"});
  });
}

}  // namespace

extern const Rule appending_load_or_unload;
const Rule appending_load_or_unload{
    .code = "HK108",
    .name = "appending-load-or-unload",
    .severity = Severity::Warning,
    .summary = "a load adds the same rows once more, or an unload meets the files of the run before",
    .rationale =
        "A load without a memory of files doubles its rows when the job is retried; an unload without an overwrite option fails on the files that are "
        "there, or leaves old ones between the new.",
    .example = "post_hook=\"unload ('select * from {{ this }}') to 's3://exports/orders/' iam_role default\"",
    .better = "post_hook=\"unload ('select * from {{ this }}') to 's3://exports/orders/' iam_role default cleanpath\"",
    .dialects =
        "Snowflake and Databricks remember loaded files unless FORCE is set. PostgreSQL and Redshift COPY, and BigQuery LOAD DATA INTO, always "
        "append. PostgreSQL and DuckDB replace the file that they copy to.",
    .check = check};

}  // namespace hookc
