#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    const auto* invoke = std::get_if<sql::Invoke>(&at.statement.node);
    if (invoke == nullptr) return;
    findings.add(at.path, at.sent.text, invoke->name.empty() ? at.statement.head : head_to(at.statement, invoke->name), "what this does on a second run is not known",
                 {.severity = std::nullopt, .fix = std::nullopt, .help = "review it, and accept it with a comment that says so"});
  });
}

}  // namespace

extern const Rule opaque_statement;
const Rule opaque_statement{
    .code = "HK111",
    .name = "opaque-statement",
    .severity = Severity::Info,
    .summary = "a hook calls code that cannot be looked at: CALL, EXECUTE IMMEDIATE, DO, a scripting block",
    .rationale = "What a procedure or a block does on a second run is not known, so neither lint nor a retry can vouch for it.",
    .example = "on-run-end: \"call ops.rotate_partitions()\"",
    .better = "on-run-end: \"call ops.rotate_partitions()  -- hookc: allow(opaque-statement) reviewed: it can run twice\"",
    .check = check};

}  // namespace hookc
