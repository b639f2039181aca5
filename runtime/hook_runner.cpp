#include "runtime/hook_runner.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/base/overloaded.h"
#include "compiler/eval/evaluator.h"
#include "compiler/program/compile.h"
#include "compiler/sql/parse.h"
#include "runtime/database_host.h"

namespace hookc {

namespace {

void add(const Tally& tally, HookOutcome& outcome) {
  outcome.statements += tally.statements;
  outcome.done_before += tally.done_before;
  outcome.rows_affected += tally.rows_affected;
  outcome.touches_session = outcome.touches_session || tally.touches_session;
  outcome.substitutions.insert(outcome.substitutions.end(), tally.substitutions.begin(), tally.substitutions.end());
}

}  // namespace

std::optional<RunFailure> HookRunner::send(const SqlStep& step, HookOutcome& outcome) {
  Tally tally;
  auto failure = session_.send(step, tally);
  add(tally, outcome);
  return failure;
}

std::optional<RunFailure> HookRunner::cross(const BoundaryStep& boundary) {
  const auto error = boundary.kind == BoundaryStep::Kind::Begin ? session_.begin() : session_.commit();
  if (!error) return std::nullopt;
  return failure_of(*error, boundary.kind == BoundaryStep::Kind::Begin ? "begin" : "commit");
}

HookResult HookRunner::run_steps(const CompiledHook& hook, const Node* node, HookOutcome& outcome) {
  const auto failed = [](std::optional<RunFailure> failure, bool in_template) -> HookResult {
    if (!failure) return std::nullopt;
    return HookFailure{std::move(*failure), in_template};
  };
  for (const Step& step : hook.steps) {
    HookResult result = std::visit(overloaded{
                                       [&](const SqlStep& sql) { return failed(send(sql, outcome), sql.via_query); },
                                       [&](const MessageStep& message) -> HookResult {
                                         listener_.message(hook.id, message.kind, session_.message(message));
                                         return std::nullopt;
                                       },
                                       [&](const BoundaryStep& boundary) { return failed(cross(boundary), false); },
                                       [&](const DeferredStep&) { return run_deferred(hook, node, outcome); },
                                   },
                                   step);
    if (result) return result;
  }
  return std::nullopt;
}

void HookRunner::say(const CompiledHook& hook, const Rendering& rendering) {
  for (const Event& event : rendering.events) {
    switch (event.kind) {
      case Event::Kind::Log:
        if (event.method == "info") listener_.message(hook.id, MessageStep::Kind::Log, event.text.view());
        break;
      case Event::Kind::Print: listener_.message(hook.id, MessageStep::Kind::Print, event.text.view()); break;
      case Event::Kind::Warn: listener_.message(hook.id, MessageStep::Kind::Warn, event.text.view()); break;
      case Event::Kind::Query:
      case Event::Kind::MissingMacro: break;
    }
  }
}

HookResult HookRunner::run_deferred(const CompiledHook& hook, const Node* node, HookOutcome& outcome) {
  const auto found = std::ranges::find(project_.hooks, hook.id, &Hook::id);
  if (found == project_.hooks.end() || found->tmpl == nullptr) {
    RunFailure failure;
    failure.message = fmt::format("the template of `{}` is not in the artifacts", hook.id);
    failure.help = "compile the project again";
    return HookFailure{std::move(failure), true};
  }
  const Node* owner = node != nullptr ? node : project_.find_node(hook.owner);
  Binding binding = binding_;
  if (node != nullptr) binding.compiled_sql = builder_.compiled_sql(*node);
  DatabaseHost host{sources_, project_, owner, hook.phase, std::move(binding), session_, hook.id};
  Evaluator evaluator{sources_, host, run_options(project_)};
  pause();
  const EvalOutcome rendered = evaluator.render(*found->tmpl);
  const Tally& tally = host.tally();
  add(tally, outcome);
  const auto* rendering = std::get_if<Rendering>(&rendered);
  say(hook, rendering != nullptr ? *rendering : evaluator.rendering());
  if (rendering != nullptr) return send_rendered(hook, *rendering, outcome);
  RunFailure failure = failure_of(std::get<EvalError>(rendered).diagnostic, sources_, places_);
  if (host.query_failure()) failure.statement = host.query_failure()->statement;
  if (const auto& place = host.query_place()) {
    failure.file = places_.shown(place->file);
    failure.line = place->line;
    failure.column = place->column;
  }
  return HookFailure{std::move(failure), true};
}

std::optional<RunFailure> HookRunner::apply_policy(const CompiledHook& hook, SqlStep& step) {
  if (!session_.policy()) return std::nullopt;
  const std::string text = placeholder_text(step.segments);
  const sql::Script script = sql::parse_sql(text, session_.dialect());
  if (script.statements.size() != 1) return std::nullopt;
  const PolicyAnswer answer = session_.policy()(text, script.statements.front(), hook.id);
  if (const auto* refused = std::get_if<Refused>(&answer)) {
    RunFailure failure;
    failure.message = refused->message;
    failure.help = refused->help;
    failure.statement = text;
    const SourceMapEntry place = place_of(step, 0);
    failure.file = place.file;
    failure.line = place.line;
    failure.column = place.column;
    return failure;
  }
  if (const auto* replaced = std::get_if<Replaced>(&answer)) {
    Substituted& made = step.substituted.emplace();
    made.reports = replaced->reports;
    for (const std::string& statement : replaced->statements) made.statements.push_back({SqlText{statement}});
  }
  return std::nullopt;
}

HookResult HookRunner::send_rendered(const CompiledHook& hook, const Rendering& rendering, HookOutcome& outcome) {
  const bool is_run_hook = hook.phase == HookPhase::OnRunStart || hook.phase == HookPhase::OnRunEnd;
  const Text text = is_run_hook ? decode_run_hook(sources_, rendering.text) : rendering.text;
  if (sql::is_blank(text.view(), session_.dialect())) return std::nullopt;
  const Parameters none;
  auto cut = make_statement_steps(StepInput{sources_, places_, rendering, none, session_.dialect()}, text, false);
  if (const auto* open = std::get_if<OpenHole>(&cut)) {
    Diagnostic diagnostic;
    diagnostic.message = fmt::format("the value of `{}` is not known in this run", open->symbol);
    diagnostic.span = open->site;
    return HookFailure{failure_of(diagnostic, sources_, places_), true};
  }
  if (!is_run_hook && hook.transaction) {
    if (auto failure = cross(BoundaryStep{BoundaryStep::Kind::Begin})) return HookFailure{std::move(*failure), false};
  }
  for (StatementStep& made : std::get<std::vector<StatementStep>>(cut)) {
    if (auto failure = apply_policy(hook, made.step)) return HookFailure{std::move(*failure), false};
    if (auto failure = send(made.step, outcome)) return HookFailure{std::move(*failure), false};
  }
  return std::nullopt;
}

bool is_one_statement(const CompiledHook& hook) {
  std::size_t statements = 0;
  for (const Step& step : hook.steps) {
    if (std::holds_alternative<DeferredStep>(step)) return false;
    const auto* sql = std::get_if<SqlStep>(&step);
    if (sql != nullptr) statements += sql->substituted ? sql->substituted->statements.size() : 1;
  }
  return statements == 1;
}

}  // namespace hookc
