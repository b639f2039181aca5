#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

bool has_effect(const RuleInput& input, const Event& event) {
  if (event.kind != Event::Kind::Query) return false;
  if (event.query_kind == Query::Kind::AdapterMethod) return changes_relations(event);
  if (event.text.empty()) return false;
  const sql::Script script = sql::parse_sql(event.text, input.project.dialect);
  return std::any_of(script.statements.begin(), script.statements.end(), changes_something);
}

void check(const RuleInput& input, Findings& findings) {
  for (const PathFacts& path : input.hook.parsing) {
    for (const Event& event : path.rendering.events) {
      if (!has_effect(input, event)) continue;
      findings.add(path, event.site, event.frame, "this is reached while dbt parses, and changes the database on every compile after that",
                   {.severity = std::nullopt, .fix = std::nullopt, .help = "put it inside of `{% if execute %}`"});
    }
  }
}

}  // namespace

extern const Rule side_effect_unguarded;
const Rule side_effect_unguarded{
    .code = "HK202",
    .name = "side-effect-unguarded",
    .severity = Severity::Info,
    .summary = "a hook changes the database by `run_query` or `adapter`, outside of `{% if execute %}`",
    .rationale =
        "While dbt parses, the call does nothing; but the hook is rendered again on every later compile, and then it runs. `{% if execute %}` says at "
        "least that it is meant for the time of execution.",
    .example = "{% do run_query('create table if not exists audit.runs (id text)') %}",
    .better = "{% if execute %}{% do run_query('create table if not exists audit.runs (id text)') %}{% endif %}",
    .check = check};

}  // namespace hookc
