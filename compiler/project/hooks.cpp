// The hooks of a project, in the order in which dbt runs them, each with a template of its own.
// Source of the semantics: dbt-core, task/run.py, parser/base.py; the materializations of the adapters.
#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "compiler/base/parallel.h"
#include "compiler/parse/parse.h"
#include "compiler/project/config.h"
#include "compiler/project/hook_places.h"
#include "compiler/project/load.h"
#include "compiler/project/text_options.h"

namespace hookc {
namespace {

bool is_blank(const Text& text) { return text.view().find_first_not_of(" \t\r\n\f\v") == std::string_view::npos; }

/// Where nodes stand in dbt's order: after what they refer to, else by unique id.
std::vector<std::size_t> dependency_order(LoadState& state) {
  const std::vector<Node>& nodes = state.project.nodes;
  std::map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < nodes.size(); ++i) index.emplace(nodes[i].unique_id, i);
  std::vector<std::vector<std::size_t>> dependants(nodes.size());
  std::vector<std::size_t> waits_for(nodes.size(), 0);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const std::string& parent : nodes[i].depends_on) {
      const auto found = index.find(parent);
      if (found == index.end() || found->second == i) continue;
      dependants[found->second].push_back(i);
      ++waits_for[i];
    }
  }
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;  // nodes are sorted, so indices are in the order of ids
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (waits_for[i] == 0) ready.push(i);
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const std::size_t dependant : dependants[next]) {
      if (--waits_for[dependant] == 0) ready.push(dependant);
    }
  }
  if (order.size() == nodes.size()) return order;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (waits_for[i] == 0) continue;
    order.push_back(i);
    const Span place{state.drafts[i].source, 0, 0};
    state.project.diagnostics.push_back(make_diagnostic(Severity::Error, "CompilationError",
                                                        fmt::format("`{}` depends on itself, or on nodes that do", nodes[i].unique_id), place, ""));
  }
  return order;
}

class HookResolver {
 public:
  explicit HookResolver(LoadState& state) : state_(state) {}

  void resolve();

 private:
  struct Pending {
    Hook hook;
    std::size_t node;
  };

  void resolve_run_hooks(HookPhase phase, std::vector<Pending>& pending);
  void resolve_node_hooks(std::size_t node, HookPhase phase, const std::vector<HookSpec>& specs, std::vector<Pending>& pending);
  Hook make(HookPhase phase, std::size_t node, std::uint32_t order, const HookSpec& spec);
  void decide(Hook& hook, const Node& node, const Text& text) const;
  [[nodiscard]] std::string label(const Node& node) const;
  void append(std::vector<Pending>& pending);

  LoadState& state_;
  std::map<std::string, std::vector<const Node*>> by_name_;
};

/// The node's name, and its version where it has one.
std::string versioned_name(const Node& node) {
  if (const std::size_t apart = node.unique_id.find('@'); apart != std::string::npos) return node.name + node.unique_id.substr(apart);
  return node.unique_id.ends_with("." + node.name) ? node.name : node.name + node.unique_id.substr(node.unique_id.rfind('.'));
}

/// The node's name in ids: qualified when other nodes bear it too.
std::string HookResolver::label(const Node& node) const {
  const std::string name = versioned_name(node);
  const std::vector<const Node*>& same = by_name_.at(name);
  if (same.size() == 1) return name;
  const auto in_package = std::count_if(same.begin(), same.end(), [&](const Node* other) { return other->package == node.package; });
  return in_package == 1 ? fmt::format("{}.{}", node.package, name) : fmt::format("{}.{}.{}", name_of(node.type), node.package, name);
}

void HookResolver::decide(Hook& hook, const Node& node, const Text& text) const {
  const bool is_run_hook = node.type == ResourceType::Operation;
  const Target* target = state_.project.active_target();
  const auto off = [&](std::string why) {
    hook.enabled = false;
    hook.why = std::move(why);
  };
  if (!node.enabled)
    return off(is_run_hook ? "`models:` in dbt_project.yml sets `enabled: false`, which holds for run hooks too"
                           : fmt::format("`{}` is not enabled", node.name));
  if (is_blank(text)) return off("its text is empty");
  if (!is_run_hook && node.materialized == "ephemeral") return off("an ephemeral model is never built, so its hooks do not run");
  if (!is_run_hook && !hook.transaction && target != nullptr && !runs_hooks_outside(node.materialized, target->type)) {
    hook.is_dropped = true;
    return off(fmt::format("`{}` on {} runs no hook with `transaction: false`", node.materialized, target->type));
  }
  switch (hook.phase) {
    case HookPhase::OnRunStart: hook.why = "before the first node"; break;
    case HookPhase::OnRunEnd: hook.why = "after the last node, also when nodes have failed"; break;
    case HookPhase::PreHook:
      hook.why = fmt::format("before `{}` is built{}", node.name, hook.transaction ? "" : ", outside of its transaction");
      break;
    case HookPhase::PostHook:
      hook.why = fmt::format("after `{}` is built{}", node.name, hook.transaction ? "" : ", outside of its transaction");
      break;
  }
}

Hook HookResolver::make(HookPhase phase, std::size_t index, std::uint32_t order, const HookSpec& spec) {
  const Node& node = state_.project.nodes[index];
  Hook hook;
  hook.phase = phase;
  hook.owner = node.unique_id;
  hook.package = node.package;
  hook.order = order;
  hook.place = spec.place;
  hook.transaction = spec.transaction;
  hook.frozen = spec.frozen;
  const bool is_run_hook = node.type == ResourceType::Operation;
  hook.id = is_run_hook ? fmt::format("{}.{}.{}", name_of(phase), node.package, order) : fmt::format("{}.{}.{}", label(node), name_of(phase), order);
  hook.source = state_.sources.add_text(hook.id, spec.sql);
  ParseOptions options = dbt_text_options();
  options.keep_trailing_newline = !has_jinja(spec.sql.view());  // dbt leaves a text without Jinja alone
  std::variant<ast::TemplatePtr, Diagnostic> parsed = parse_template(state_.sources, hook.source, options);
  if (auto* problem = std::get_if<Diagnostic>(&parsed)) {
    hook.problem = std::move(*problem);
  } else {
    hook.tmpl = std::get<ast::TemplatePtr>(std::move(parsed));
  }
  decide(hook, node, spec.sql);
  return hook;
}

/// The items of `on-run-start` or `on-run-end` of one package, as they stand.
std::vector<HookSpec> run_hook_specs(LoadState& state, const YamlNode& hooks) {
  std::vector<HookSpec> specs;
  const auto add = [&](const YamlNode& item) {
    HookSpec spec;
    spec.span = item.span;
    if (item.is_string()) {
      spec.sql = item.text;
    } else {
      state.project.diagnostics.push_back(
          make_diagnostic(Severity::Error, "DbtProjectError", "a run hook is a text; dbt refuses anything else", item.span, ""));
    }
    specs.push_back(std::move(spec));
  };
  if (hooks.is_sequence()) {
    for (const YamlPtr& item : hooks.items) add(*item);
  } else if (!hooks.is_null()) {
    add(hooks);
  }
  return specs;
}

void HookResolver::resolve_run_hooks(HookPhase phase, std::vector<Pending>& pending) {
  const std::string_view key = name_of(phase);
  for (const PackageFiles& package : state_.packages) {  // the root first, then by name: dbt's order
    const YamlNode* hooks = package.project_yml->find(key);
    if (hooks == nullptr) continue;
    const std::vector<HookSpec> specs = run_hook_specs(state_, *hooks);
    for (std::uint32_t i = 0; i < specs.size(); ++i) {
      const std::string id = fmt::format("operation.{}.{}-{}-{}", package.name, package.name, key, i);
      const Node* node = state_.project.find_node(id);
      if (node == nullptr) continue;
      const auto index = static_cast<std::size_t>(node - state_.project.nodes.data());
      pending.push_back(Pending{make(phase, index, i, specs[i]), index});
    }
  }
}

void HookResolver::resolve_node_hooks(std::size_t node, HookPhase phase, const std::vector<HookSpec>& specs, std::vector<Pending>& pending) {
  for (std::uint32_t i = 0; i < specs.size(); ++i) pending.push_back(Pending{make(phase, node, i, specs[i]), node});
}

bool may_refer(const Text& text) { return has_jinja(text.view()); }

void HookResolver::resolve() {
  std::vector<Node>& nodes = state_.project.nodes;
  for (const Node& node : nodes) {
    if (node.type != ResourceType::Operation && node.type != ResourceType::Source) by_name_[versioned_name(node)].push_back(&node);
  }
  std::vector<Pending> start;
  std::vector<Pending> end;
  resolve_run_hooks(HookPhase::OnRunStart, start);
  resolve_run_hooks(HookPhase::OnRunEnd, end);
  std::map<std::size_t, std::vector<Pending>> of_nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const ResourceType type = nodes[i].type;
    if (type == ResourceType::Operation || type == ResourceType::Source) continue;
    const ConfigLayer& merged = state_.drafts[i].merged;
    if (merged.pre_hooks.empty() && merged.post_hooks.empty()) continue;
    resolve_node_hooks(i, HookPhase::PreHook, merged.pre_hooks, of_nodes[i]);
    resolve_node_hooks(i, HookPhase::PostHook, merged.post_hooks, of_nodes[i]);
  }
  const auto refer = [&](std::vector<Pending>& pending) {
    for (Pending& entry : pending) {
      Hook& hook = entry.hook;
      Node& node = nodes[entry.node];
      if (hook.problem) hook.refusal = hook.problem;
      if (hook.tmpl && may_refer(state_.sources.text(hook.source))) hook.refusal = add_hook_references(state_, hook.tmpl, node);
      if (!node.enabled) hook.refusal.reset();  // dbt does not look at it
    }
  };
  std::vector<std::vector<Pending>*> parts{&start, &end};  // each refers for nodes of its own
  for (auto& [node, pending] : of_nodes) parts.push_back(&pending);
  share_work(parts.size(), [&] { return [&](std::size_t i) { refer(*parts[i]); }; });
  compare_with_manifest(state_);
  append(start);
  for (const std::size_t node : dependency_order(state_)) {
    if (const auto found = of_nodes.find(node); found != of_nodes.end()) append(found->second);
  }
  append(end);
}

void HookResolver::append(std::vector<Pending>& pending) {
  for (Pending& entry : pending) state_.project.hooks.push_back(std::move(entry.hook));
}

}  // namespace

void resolve_hooks(LoadState& state) { HookResolver{state}.resolve(); }

}  // namespace hookc
