#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

void check(const RuleInput& input, Findings& findings) {
  const sql::DialectTraits& traits = sql::traits_of(input.project.dialect);
  if (traits.single_statement != sql::Support::Yes) return;
  for (const PathFacts& path : input.hook.executing) {
    for (const SentSql& sent : path.sent) {
      if (sent.script.statements.size() < 2) continue;
      findings.add(path, sent.text, sent.script.statements[1].head,
                   fmt::format("{} statements in one text: {} takes one at a time", sent.script.statements.size(), traits.title),
                   {.severity = std::nullopt, .fix = std::nullopt, .help = "make each statement a hook of its own in the list"});
    }
  }
}

}  // namespace

extern const Rule multi_statement_hook;
const Rule multi_statement_hook{
    .code = "HK405",
    .name = "multi-statement-hook",
    .severity = Severity::Warning,
    .summary = "one hook holds several statements, and the database or its adapter takes one at a time",
    .rationale = "The adapter sends a hook's text as it is. Where only one statement is taken, the hook fails, or what stands after the first `;` is lost.",
    .example = "post_hook=\"analyze table {{ this }}; refresh table {{ this }}\"   -- Databricks",
    .better = "post_hook=[\"analyze table {{ this }}\", \"refresh table {{ this }}\"]",
    .check = check};

}  // namespace hookc
