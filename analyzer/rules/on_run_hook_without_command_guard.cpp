#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

/// The path is for targets that are named: `target.name == 'prod'`, `in ('ci', 'prod')`, `.startswith('ci_')`. Which database it is says nothing of when it runs.
bool chooses_target(const Answer& answer) {
  const std::string& name = answer.question.symbol->name;
  if (!name.starts_with("target.") || name.starts_with("target.type") || answer.choice != 1) return false;
  switch (answer.question.kind) {
    case Question::Kind::Compare: return answer.question.op == "==" || answer.question.op == "in" || answer.question.op == "contains";
    case Question::Kind::Truth: return name.ends_with(')');  // a method of its name
    default: return false;
  }
}

/// The path says for which command, target or wish it is.
bool is_guarded(const PathFacts& path) {
  if (was_asked(path, {"flags.", "invocation_args_dict", "results", "schemas", "database_schemas"})) return true;
  return std::any_of(path.answers.begin(), path.answers.end(), [](const Answer& answer) {
    // a wish has to be said: where nobody sets the variable, `not var('off', false)` holds for every command
    const std::string& name = answer.question.symbol->name;
    if (name.starts_with("var(") || name.starts_with("env_var(")) return answer.choice != 0;
    return chooses_target(answer);
  });
}

std::string message(std::string_view what) { return fmt::format("`{}` is done by every dbt command that evaluates this hook, compile and docs too", what); }

/// Where the project itself calls what did it: macros of dbt stand in no file.
std::pair<Span, FrameId> own_call(const RuleInput& input, const PathFacts& path, const Event& event) {
  Span site = event.site;
  FrameId frame = event.frame;
  const std::vector<Frame>& frames = path.rendering.frames;
  const auto in_file = [&] {
    const auto at = input.project.sources->locate(site);
    return at && !at->file.starts_with('<');
  };
  while (!in_file() && static_cast<std::size_t>(frame) != 0 && static_cast<std::size_t>(frame) < frames.size()) {
    site = frames[static_cast<std::size_t>(frame)].site;
    frame = frames[static_cast<std::size_t>(frame)].parent;
  }
  return {site, frame};
}

void check(const RuleInput& input, Findings& findings) {
  const HookPhase phase = input.hook.hook->phase;
  if (phase != HookPhase::OnRunStart && phase != HookPhase::OnRunEnd) return;
  const Findings::Extra extra{.severity = std::nullopt, .fix = std::nullopt, .help = "ask `{% if flags.WHICH in ('run', 'build') %}` first, or print the statement instead of sending it"};
  for (const PathFacts& path : input.hook.executing) {
    if (is_guarded(path)) continue;
    for (const SentSql& sent : path.sent) {
      if (!sent.via_query) continue;
      const auto& statements = sent.script.statements;
      const auto changing = std::find_if(statements.begin(), statements.end(), changes_something);
      if (changing == statements.end()) continue;
      const auto* other = std::get_if<sql::Other>(&changing->node);
      findings.add(path, sent.site, FrameId{}, message(other != nullptr ? std::string_view{other->head} : sql::kind_name(*changing)), extra);
    }
    for (const Event& event : path.rendering.events) {
      if (!changes_relations(event)) continue;
      const auto [site, frame] = own_call(input, path, event);
      findings.add(path, site, frame, message("adapter." + event.method), extra);
    }
  }
}

}  // namespace

extern const Rule on_run_hook_without_command_guard;
const Rule on_run_hook_without_command_guard{
    .code = "HK205",
    .name = "on-run-hook-without-command-guard",
    .severity = Severity::Warning,
    .summary = "an on-run hook changes the database by `run_query`, whatever the command is",
    .rationale =
        "dbt renders on-run hooks with `execute` true for compile and docs generate as well, and for test, seed and snapshot too. What they print is "
        "not sent then, but what they do by `run_query` or `adapter` is done.",
    .example = "on-run-start: \"{% do run_query('truncate table staging.work') %}\"",
    .better = "on-run-start: \"{% if flags.WHICH in ('run', 'build') %}{% do run_query('truncate table staging.work') %}{% endif %}\"",
    .check = check};

}  // namespace hookc
