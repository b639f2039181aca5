#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

void check(const RuleInput& input, Findings& findings) {
  for (const PathFacts& path : input.hook.executing) {
    for (const Event& event : path.rendering.events) {
      if (event.kind != Event::Kind::MissingMacro) continue;
      if (event.text.view().starts_with("dbt.")) {
        findings.add(path, event.site, event.frame, fmt::format("`{}` is a macro of dbt that hookc does not have: what it does is not known", event.text.view()), Findings::Extra{});
        continue;
      }
      findings.add(path, event.site, event.frame, fmt::format("`{}` is not known: its package is not installed", event.text.view()),
                   {.severity = std::nullopt, .fix = std::nullopt, .help = "run `dbt deps` first"});
    }
  }
}

}  // namespace

extern const Rule unresolved_macro;
const Rule unresolved_macro{
    .code = "HK903",
    .name = "unresolved-macro",
    .severity = Severity::Info,
    .summary = "a hook calls a macro of a package that is not installed",
    .rationale =
        "What the macro does is not known, so neither are the paths that depend on it. Nothing is wrong with the project: `dbt deps` was not run "
        "here.",
    .example = "on-run-end: \"{{ dbt_artifacts.upload_results(results) }}\"   -- without dbt_packages/",
    .better = "run `dbt deps` before `hookc lint`",
    .check = check};

}  // namespace hookc
