// What a run would do, without a database, and what both kinds of run prepare.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/base/overloaded.h"
#include "runtime/interpreter.h"
#include "runtime/filled_text.h"

namespace hookc {
namespace {

RunRefusal refuse(std::string message, std::string help) {
  RunRefusal refusal;
  refusal.failure.message = std::move(message);
  refusal.failure.help = std::move(help);
  return refusal;
}

}  // namespace

std::variant<PreparedRun, RunRefusal> prepare_run(const Project& project, const Program& program, const RunRequest& request, const RunIdentity& identity) {
  if (request.build_models && request.results) return refuse("--results and --build-models exclude each other: models are either built here or were built by dbt", "leave one of them out");
  auto plan = make_plan(project, program, request.plan);
  if (auto* error = std::get_if<SelectionError>(&plan)) return refuse(std::move(error->message), std::move(error->help));
  auto values = resolve_parameters(program, project, identity);
  if (auto* error = std::get_if<ParameterError>(&values)) return refuse(std::move(error->message), std::move(error->help));
  return PreparedRun{std::move(std::get<Plan>(plan)), std::move(std::get<ParameterValues>(values))};
}

namespace {

std::string describe_hook(const CompiledHook& hook, const ParameterValues& values) {
  std::string out = fmt::format("-- {}\n", hook.id);
  for (const Step& step : hook.steps) {
    std::visit(overloaded{
                   [&](const SqlStep& sql) {
                     if (!sql.substituted) {
                       out += fill(sql.segments, values).text + ";\n";
                       return;
                     }
                     for (const std::string& report : sql.substituted->reports) out += fmt::format("-- substituted: {}\n", report);
                     for (const auto& statement : sql.substituted->statements) out += fill(statement, values).text + ";\n";
                   },
                   [&](const MessageStep& message) {
                     std::string text = fill(message.segments, values).text;
                     std::ranges::replace(text, '\n', ' ');
                     out += fmt::format("-- says: {}\n", text);
                   },
                   [](const BoundaryStep&) {},  // said around the hooks of a node
                   [&](const DeferredStep& deferred) {
                     out += fmt::format("-- known when it is reached: `{}` ({}:{}:{})\n", deferred.reason, deferred.file, deferred.line, deferred.column);
                   },
               },
               step);
  }
  if (hook.steps.empty()) out += "-- sends nothing\n";
  return out + "\n";
}

}  // namespace

std::variant<std::string, RunRefusal> describe_run(const Project& project, const Program& program, const RunRequest& request, const RunIdentity& identity) {
  const auto prepared = prepare_run(project, program, request, identity);
  if (const auto* refusal = std::get_if<RunRefusal>(&prepared)) return *refusal;
  const auto& [plan, values] = std::get<PreparedRun>(prepared);
  std::string out;
  const ParameterValues& filled = values;
  const auto add = [&](const HookIndices& hooks) {
    for (const HookIndex hook : hooks) out += describe_hook(*program.hook(hook), filled);
  };
  if (plan.is_nothing) return std::string{"-- nothing is selected\n"};
  const bool has_transactions = sql::traits_of(program.dialect).transactions != sql::Support::No;
  const auto say = [&](const std::string& text) { out += fmt::format("-- {}\n\n", text); };
  if (!plan.start.empty()) say("on-run-start: no transaction is open; each statement commits by itself");
  add(plan.start);
  for (const PlannedNode& node : plan.nodes) {
    const std::string name = fmt::format("{} ({})", node.node->unique_id, node.node->materialized.empty() ? name_of(node.node->type) : node.node->materialized);
    if (!node.before_outside.empty()) say(fmt::format("{}: before its transaction", name));
    add(node.before_outside);
    const bool has_inside = request.build_models || !node.before_inside.empty() || !node.after_inside.empty();
    if (has_inside && !has_transactions) say(fmt::format("{}: {} has no transactions; each statement takes effect by itself", name, sql::traits_of(program.dialect).title));
    if (has_inside && has_transactions) out += fmt::format("begin;  -- the transaction of {}\n\n", name);
    add(node.before_inside);
    if (request.build_models) say(fmt::format("build of {}", name));
    add(node.after_inside);
    if (has_inside && has_transactions) out += fmt::format("commit;  -- the transaction of {}\n\n", name);
    if (!node.after_outside.empty()) say(fmt::format("{}: after its transaction", name));
    add(node.after_outside);
  }
  if (!plan.end.empty()) say("on-run-end: no transaction is open; each statement commits by itself");
  add(plan.end);
  return out;
}

}  // namespace hookc
