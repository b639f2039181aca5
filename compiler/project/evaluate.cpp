// What a node's own text says about it: `config(...)` and references, found by rendering it as dbt does while it parses.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "compiler/base/parallel.h"
#include "compiler/eval/evaluator.h"
#include "compiler/parse/parse.h"
#include "compiler/project/config.h"
#include "compiler/project/hosts.h"
#include "compiler/project/load.h"
#include "compiler/project/text_options.h"

namespace hookc {
namespace {

EvalOptions parse_time_options() {
  EvalOptions options;
  options.limits.max_steps = 1'000'000;
  options.limits.max_output = 16U << 20U;
  options.limits.max_items = 1'000'000;
  options.permissive_undefined = true;
  return options;
}

Binding parse_time_binding(const Project& project) {
  Binding binding;
  binding.execute = false;
  binding.target = project.active_target();
  binding.open_vars = true;
  binding.open_environment = true;
  return binding;
}

/// Adds what the calls refer to; gives the first of them that refers to nothing.
const ReferenceCall* add_references(const LoadState& state, const std::vector<ReferenceCall>& calls, Node& node) {
  const ReferenceCall* missing = nullptr;
  for (const ReferenceCall& call : calls) {
    if (!call.is_function) node.references.push_back(NodeReference{call.is_source, call.package, call.name, call.version, call.has_number});
    const Node* target = resolve_reference(state.project, node.package, call);
    if (target == nullptr || !target->enabled) {
      if (missing == nullptr) missing = &call;
      if (target == nullptr) continue;
    }
    if (std::find(node.depends_on.begin(), node.depends_on.end(), target->unique_id) == node.depends_on.end())
      node.depends_on.push_back(target->unique_id);
  }
  return missing;
}

/// Whether what fails here fails under dbt too: all packages are there, and the target is known.
bool knows_everything(const Project& project) { return project.installed_packages_missing.empty() && project.active_target() != nullptr; }

/// dbt would not parse the project. Where something is missing that dbt would have (a package, a target), the fault may be ours.
void report_failure(Node& node, bool is_certain, Diagnostic problem, Diagnostics& diagnostics) {
  node.has_config_problem = true;
  problem.severity = is_certain ? Severity::Error : Severity::Info;
  while (problem.message.ends_with('.')) problem.message.pop_back();
  problem.message += fmt::format("; the configuration of `{}` may be incomplete", node.name);
  diagnostics.push_back(std::move(problem));
}

/// Changes this node alone, so that several can be evaluated at a time.
void evaluate(LoadState& state, Node& node, NodeDraft& draft, Diagnostics& diagnostics) {
  std::variant<ast::TemplatePtr, Diagnostic> parsed = parse_template(state.sources, draft.source, dbt_text_options());
  const bool is_python = node.path.ends_with(".py");
  if (auto* problem = std::get_if<Diagnostic>(&parsed)) {
    node.has_config_problem = true;
    if (is_python) problem->severity = Severity::Warning;  // Python's syntax is not Jinja's
    diagnostics.push_back(std::move(*problem));
    return;
  }
  const ast::TemplatePtr tmpl = std::get<ast::TemplatePtr>(std::move(parsed));
  if (!is_python) node.tmpl = tmpl;
  if (!has_jinja(state.sources.text(draft.source).view())) return;
  ParseHost host{state.sources, state.project, &node, parse_time_binding(state.project)};
  Evaluator evaluator{state.sources, host, parse_time_options()};
  EvalOutcome outcome = evaluator.render(*tmpl);
  const std::size_t before = draft.calls.pre_hooks.size() + draft.calls.post_hooks.size();
  for (const Arguments& call : host.config_calls()) add_config_call(state.sources, call, draft.calls, diagnostics);
  add_references(state, host.reference_calls(), node);  // a model that refers to nothing is for dbt to report
  if (auto* error = std::get_if<EvalError>(&outcome)) {
    report_failure(node, !host.guessed() && knows_everything(state.project), std::move(error->diagnostic), diagnostics);
  }
  if (host.guessed() && draft.calls.pre_hooks.size() + draft.calls.post_hooks.size() > before) {
    diagnostics.push_back(make_diagnostic(
        Severity::Info, "ParsingError",
        fmt::format("the configuration of `{}` depends on values that are not known here; one of the possible ones is used", node.name),
        Span{draft.source, 0, 0}, "name a target with `--target`"));
  }
}

}  // namespace

void evaluate_nodes(LoadState& state) {
  std::vector<Node>& nodes = state.project.nodes;
  std::vector<Diagnostics> diagnostics(nodes.size());
  share_work(nodes.size(), [&] {
    return [&](std::size_t i) {
      if (state.drafts[i].has_text) evaluate(state, nodes[i], state.drafts[i], diagnostics[i]);
    };
  });
  for (Diagnostics& of_node : diagnostics) std::move(of_node.begin(), of_node.end(), std::back_inserter(state.project.diagnostics));
}

std::optional<Diagnostic> add_hook_references(LoadState& state, const ast::TemplatePtr& tmpl, Node& node) {
  Binding binding = parse_time_binding(state.project);
  binding.nodes_are_settled = true;
  ParseHost host{state.sources, state.project, &node, binding};
  Evaluator evaluator{state.sources, host, parse_time_options()};
  EvalOutcome outcome = evaluator.render(*tmpl);
  const std::size_t known = node.references.size();
  const std::size_t parents = node.depends_on.size();
  const ReferenceCall* const missing = add_references(state, host.reference_calls(), node);
  if (node.references.size() != known || node.depends_on.size() != parents) node.shown_as_model = {};
  if (host.guessed() || !knows_everything(state.project)) return std::nullopt;
  if (auto* error = std::get_if<EvalError>(&outcome)) return std::move(error->diagnostic);
  if (node.type == ResourceType::Seed && !host.reference_calls().empty()) {
    return make_diagnostic(Severity::Error, "ParsingError", "seeds cannot depend on other nodes, so a hook of a seed cannot call `ref` or `source`",
                           host.reference_calls().front().site, "move the hook to a model");
  }
  if (missing == nullptr) return std::nullopt;
  return make_diagnostic(Severity::Error, "CompilationError",
                         fmt::format("`{}` refers to {} `{}`, which is not there or not enabled", node.unique_id, missing->is_source ? "source" : "node",
                                     missing->is_source ? missing->package + "." + missing->name : missing->name),
                         missing->site, "");
}

}  // namespace hookc
