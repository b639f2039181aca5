#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    const auto* drop = std::get_if<sql::Drop>(&at.statement.node);
    if (drop == nullptr || at.verdict.rerun != Outcome::FailsAgain || drop->names.empty()) return;
    Findings::Extra extra;
    extra.help = "add `if exists`";
    if (sql::guards_of(input.project.dialect, sql::Guarded::DropRelation).if_exists == sql::Support::Yes) {
      extra.fix = insert_after(*input.project.sources, at.sent.text, drop->kind_range, " if exists");
    }
    findings.add(at.path, at.sent.text, head_to(at.statement, drop->names.front()),
                 fmt::format("`{}` has no guard: {}", sql::kind_name(at.statement), at.verdict.reason), std::move(extra));
  });
}

}  // namespace

extern const Rule drop_without_if_exists;
const Rule drop_without_if_exists{
    .code = "HK102",
    .name = "drop-without-if-exists",
    .severity = Severity::Error,
    .summary = "a hook drops an object that is gone when the hook runs again",
    .rationale = "What the first run dropped, the second does not find: the statement fails, and with it the node or the run.",
    .example = "on-run-end: \"drop table staging.temp_orders\"",
    .better = "on-run-end: \"drop table if exists staging.temp_orders\"",
    .check = check};

}  // namespace hookc
