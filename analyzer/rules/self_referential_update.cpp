#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    if (at.verdict.rerun != Outcome::Drifts || at.verdict.cause != Cause::OldValue || at.verdict.accepted) return;
    const sql::QualifiedName* target = written_relation(at.statement);
    ByteRange range = target == nullptr ? at.statement.head : head_to(at.statement, *target);
    if (const auto* update = std::get_if<sql::Update>(&at.statement.node); update != nullptr && at.verdict.action < update->assignments.size()) {
      const sql::Assignment& assignment = update->assignments[at.verdict.action];
      range = ByteRange{assignment.column.range().begin, assignment.value.range.end};
    }
    findings.add(at.path, at.sent.text, range, fmt::format("a second run changes it again: {}", at.verdict.reason),
                 {.severity = std::nullopt, .fix = std::nullopt, .help = "compute it from columns that the hook does not change, or say in WHERE which rows still have the old value"});
  });
}

}  // namespace

extern const Rule self_referential_update;
const Rule self_referential_update{
    .code = "HK105",
    .name = "self-referential-update",
    .severity = Severity::Error,
    .summary = "an UPDATE or MERGE computes a value from the one that the last run left",
    .rationale =
        "The second run starts from what the first one wrote: a counter is raised twice, a suffix is added twice, a hash is hashed. On a model that "
        "is built anew each time the old value is fresh, and nothing is found.",
    .example = "post_hook=\"update {{ this }} set amount = amount * 1.19\"   -- on an incremental model",
    .better = "post_hook=\"update {{ this }} set gross_amount = amount * 1.19\"",
    .check = check};

}  // namespace hookc
