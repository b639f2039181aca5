#include <fmt/format.h>

#include <algorithm>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

/// The template itself stopped it: `exceptions.raise_compiler_error(...)`.
bool is_deliberate(const RuleInput& input, const Diagnostic& diagnostic) { return input.project.sources->view(diagnostic.span).find("exceptions.") != std::string_view::npos; }

bool is_undefined_name(const Diagnostic& diagnostic) { return diagnostic.error_class == "UndefinedError" && diagnostic.message.find("' is undefined") != std::string::npos; }

/// dbt runs no on-run-end hook when nothing was selected: `results` has something in it.
bool has_no_results(const PathFacts& path) {
  return std::any_of(path.answers.begin(), path.answers.end(), [](const Answer& answer) {
    return answer.question.kind == Question::Kind::LoopSize && answer.question.symbol->name == "results" && answer.choice == 0;
  });
}

void check(const RuleInput& input, Findings& findings) {
  if (input.hook.hook->problem) {
    const Diagnostic& problem = *input.hook.hook->problem;
    findings.add(problem.span, fmt::format("this is not Jinja: {}", problem.message), {.severity = std::nullopt, .fix = std::nullopt, .help = problem.help});
    return;
  }
  for (const PathFacts& path : input.hook.executing) {
    if (!path.error) continue;
    const Diagnostic& diagnostic = path.error->diagnostic;
    if (is_deliberate(input, diagnostic) || is_undefined_name(diagnostic) || diagnostic.error_class == "LimitError") continue;
    findings.add(path, diagnostic.span, FrameId{}, fmt::format("this cannot be rendered: {}", diagnostic.message), {.severity = std::nullopt, .fix = std::nullopt, .help = diagnostic.help});
  }
  if (input.hook.hook->frozen && input.project.project->active_target() == nullptr) return;  // the relations in it were printed for a database that nobody has named; HK203 speaks of such a hook
  for_each_statement(input, [&](const StatementView& at) {
    const auto* unparsable = std::get_if<sql::Unparsable>(&at.statement.node);
    if (unparsable == nullptr || has_no_results(at.path)) return;
    findings.add(at.path, at.sent.text, at.statement.range, unparsable->message);
  });
}

}  // namespace

extern const Rule unparsable_sql;
const Rule unparsable_sql{
    .code = "HK902",
    .name = "unparsable-sql",
    .severity = Severity::Error,
    .summary = "a hook that is not SQL on some path, or not Jinja at all",
    .rationale = "A statement without a part that it needs, an open string or bracket, or a broken tag fails when the hook runs, at the end of a long job at the latest. Statements that hookc does not know are never reported.",
    .example = "on-run-end: \"update audit.runs where id = 5\"",
    .better = "on-run-end: \"update audit.runs set is_done = true where id = 5\"",
    .check = check};

}  // namespace hookc
