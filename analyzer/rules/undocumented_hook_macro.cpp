#include <fmt/format.h>

#include "analyzer/reach.h"
#include "analyzer/rules/support.h"

namespace hookc {

namespace {

/// dbt calls these for names, whoever asks for them; and what stands behind a dispatched macro is described with it.
bool needs_no_description(const Package& package, const std::string& name) {
  if (name == "generate_schema_name" || name == "generate_database_name" || name == "generate_alias_name") return true;
  const std::size_t prefix = name.find("__");
  return prefix != std::string::npos && prefix > 0 && package.macros.contains(name.substr(prefix + 2));
}

void check(const RuleInput& input, Findings& findings) {
  const Project& project = *input.project.project;
  for (const ReachedBody& body : reached_bodies(input.project, input.hook)) {
    if (body.macro.empty()) continue;
    const std::string name = body.macro.substr(body.macro.rfind('.') + 1);
    const bool is_own = !project.packages.empty() && project.packages.front().macros.contains(name);
    if (!is_own || project.documented_macros.contains(name) || needs_no_description(project.packages.front(), name)) continue;
    findings.add(body.head, fmt::format("`{}` is reached by hooks, and nothing describes it", name),
                 {.severity = std::nullopt, .fix = std::nullopt, .help = "add it with a `description` under `macros:` in a properties file"});
  }
}

}  // namespace

extern const Rule undocumented_hook_macro;
const Rule undocumented_hook_macro{
    .code = "HK601",
    .name = "undocumented-hook-macro",
    .severity = Severity::Info,
    .summary = "a macro that a hook calls has no description",
    .rationale = "Hooks run unseen. A description in a properties file says what the macro does to the database, and dbt docs show it.",
    .example = "macros/audit.sql with `log_run()`, and no entry in a properties file",
    .better = "macros: [{name: log_run, description: writes a row for this run to audit.runs}]",
    .check = check};

}  // namespace hookc
