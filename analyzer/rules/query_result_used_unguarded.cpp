#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

bool fails_executing_too(const HookFacts& hook, const Diagnostic& diagnostic) {
  return std::any_of(hook.executing.begin(), hook.executing.end(), [&](const PathFacts& path) { return path.error && path.error->diagnostic.span == diagnostic.span; });
}

void check(const RuleInput& input, Findings& findings) {
  for (const PathFacts& path : input.hook.parsing) {
    if (!path.error) continue;
    const Diagnostic& diagnostic = path.error->diagnostic;
    if (diagnostic.error_class == "LimitError" || fails_executing_too(input.hook, diagnostic)) continue;
    findings.add(path, diagnostic.span, FrameId{}, fmt::format("while dbt parses the project there is no result to look at: {}", diagnostic.message),
                 {.severity = std::nullopt, .fix = std::nullopt, .help = "put it inside of `{% if execute %}`"});
  }
}

}  // namespace

extern const Rule query_result_used_unguarded;
const Rule query_result_used_unguarded{
    .code = "HK201",
    .name = "query-result-used-unguarded",
    .severity = Severity::Error,
    .summary = "a hook looks into the result of a query while dbt parses, when there is none",
    .rationale =
        "dbt renders every hook once while it parses the project, with `execute` false. `run_query` then returns an undefined: `.columns`, `.rows` and an index raise, and "
        "the project does not parse. A test for truth, `is defined` or `{% if execute %}` guards it, in the hook or in whoever calls it.",
    .example = "{% set result = run_query('select 1') %}{{ result.columns[0].values()[0] }}",
    .better = "{% set result = run_query('select 1') %}{% if execute %}{{ result.columns[0].values()[0] }}{% endif %}",
    .check = check};

}  // namespace hookc
