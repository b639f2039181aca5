#include <fmt/format.h>

#include <algorithm>

#include "analyzer/operations.h"
#include "analyzer/rules/support.h"

namespace hookc {

namespace {

/// A row that says what a run did may be kept twice with less harm than a row of data.
bool is_log_row(const RuleInput& input, const SentSql& sent, const sql::Insert& insert) {
  if (other_node(input, insert.target) != nullptr) return false;
  if (is_log_relation(input, insert.target)) return true;
  const auto has_clock = [](const sql::Expression& value) {
    return std::any_of(value.scan.calls.begin(), value.scan.calls.end(), [](const sql::Call& call) { return call.volatility == sql::Volatility::Clock; });
  };
  const auto& values = insert.source == sql::Insert::Source::Values && !insert.rows.empty() ? insert.rows.front() : insert.query ? insert.query->items : std::vector<sql::Expression>{};
  return is_operational_row(sent, insert) && std::any_of(values.begin(), values.end(), has_clock);
}

constexpr std::string_view kHelp = "store `{{ invocation_id }}` with the row, or insert only what is not there (`where not exists`, MERGE)";

/// The columns are those that the database lists: one of them may well tell the runs apart.
bool has_open_columns(const RuleInput& input, const StatementView& at, const sql::Insert& insert) {
  if (insert.columns.empty() && was_asked(at.path, {"adapter.get_columns"})) return true;
  return std::any_of(insert.columns.begin(), insert.columns.end(), [&](const sql::Identifier& column) {
    const std::string_view symbol = symbol_at(*input.project.sources, at.sent.text, column.range.begin);
    return symbol.starts_with("adapter.") || symbol.starts_with("run_query") || symbol.starts_with("load_result");
  });
}

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    const auto* insert = std::get_if<sql::Insert>(&at.statement.node);
    const bool adds_again = at.verdict.rerun == Outcome::Drifts || (at.verdict.rerun == Outcome::FailsAgain && at.verdict.cause == Cause::Rows);
    if (insert == nullptr || !adds_again || at.verdict.accepted || has_open_columns(input, at, *insert)) return;
    Findings::Extra extra;
    if (is_log_row(input, at.sent, *insert)) extra.severity = Severity::Warning;
    extra.help = std::string{kHelp};
    findings.add(at.path, at.sent.text, head_to(at.statement, insert->target),
                 fmt::format("nothing tells this row from the one of an earlier run: {}", at.verdict.reason), std::move(extra));
  });
}

}  // namespace

extern const Rule unkeyed_insert;
const Rule unkeyed_insert{
    .code = "HK104",
    .name = "unkeyed-insert",
    .severity = Severity::Error,
    .summary = "an INSERT leaves the same rows once more on every run, with nothing to tell them apart",
    .rationale =
        "A job that is retried writes the rows a second time. With the run's `invocation_id` in the row, or a condition that finds rows that are there, the second run is "
        "either told apart or does nothing. In a table that is named as a log it is a warning.",
    .example = "post_hook=\"insert into marts.totals select sum(amount) from {{ this }}\"",
    .better = "post_hook=\"insert into audit.totals (run_id, total) select '{{ invocation_id }}', sum(amount) from {{ this }}\"",
    .check = check};

}  // namespace hookc
