#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

void check(const RuleInput& input, Findings& findings) {
  if (sql::traits_of(input.project.dialect).transactions == sql::Support::No) return;
  for_each_statement(input, [&](const StatementView& at) {
    const auto* other = std::get_if<sql::Other>(&at.statement.node);
    const bool locks = other != nullptr && other->head == "lock";
    if (!locks && !std::holds_alternative<sql::Transaction>(at.statement.node)) return;
    findings.add(at.path, at.sent.text, at.statement.head,
                 locks ? "a lock that a hook takes is held until dbt ends the transaction of the model" : fmt::format("`{}` in a hook cuts into the transaction that dbt keeps", at.view(at.statement.head)),
                 {.severity = std::nullopt, .fix = std::nullopt, .help = "let `transaction: false` (in hooks of nodes) say that it runs outside, or leave it out"});
  });
}

}  // namespace

extern const Rule explicit_transaction_control;
const Rule explicit_transaction_control{
    .code = "HK402",
    .name = "explicit-transaction-control",
    .severity = Severity::Warning,
    .summary = "a hook begins, commits or rolls back a transaction, or locks a table",
    .rationale =
        "dbt keeps a transaction of its own around the model and its hooks. A COMMIT in a hook ends that one: what comes later can no longer be "
        "undone together, and dbt's own COMMIT finds nothing to commit.",
    .example = "post_hook=\"commit; analyze {{ this }}\"",
    .better = "post_hook={\"sql\": \"analyze {{ this }}\", \"transaction\": false}",
    .check = check};

}  // namespace hookc
