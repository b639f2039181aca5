#include "runtime/plan.h"

#include <algorithm>
#include <map>
#include <utility>

namespace hookc {
namespace {

void append(HookIndices& to, const HookIndices& from) { to.insert(to.end(), from.begin(), from.end()); }

bool is_wanted(const Program& program, HookIndex hook, const PlanRequest& request) {
  if (!request.phases.empty() && !request.phases.contains(program.head(hook).phase)) return false;
  if (request.hooks.empty() && request.no_hooks.empty()) return true;
  const std::string id = program.id(hook);
  const auto matches = [&](const std::string& glob) { return matches_glob(glob, id); };
  if (!request.hooks.empty() && std::ranges::none_of(request.hooks, matches)) return false;
  return std::ranges::none_of(request.no_hooks, matches);
}

void add_to_node(PlannedNode& node, const HookHead& head, HookIndex hook) {
  const bool is_before = head.phase == HookPhase::PreHook;
  HookIndices& list = is_before ? (head.transaction ? node.before_inside : node.before_outside) : (head.transaction ? node.after_inside : node.after_outside);
  list.push_back(hook);
}

}  // namespace

HookIndices PlannedNode::hooks() const {
  HookIndices all = before_outside;
  append(all, before_inside);
  append(all, after_inside);
  append(all, after_outside);
  return all;
}

HookIndices Plan::hooks() const {
  HookIndices all = start;
  for (const PlannedNode& node : nodes) append(all, node.hooks());
  append(all, end);
  return all;
}

std::size_t Plan::hook_count() const { return hooks().size(); }

std::variant<Plan, SelectionError> make_plan(const Project& project, const Program& program, const PlanRequest& request) {
  auto selected = select_nodes(project, request.select, request.exclude);
  if (auto* error = std::get_if<SelectionError>(&selected)) return std::move(*error);
  Plan plan;
  plan.selected = std::move(std::get<std::set<std::string>>(selected));
  const bool asked = !request.select.empty() || !request.exclude.empty();
  const auto is_built_too = [&](const std::string& id) {
    const Node* const node = project.find_node(id);
    return node != nullptr && is_built(*node);
  };
  if (asked && std::ranges::none_of(plan.selected, is_built_too)) {
    plan.is_nothing = true;
    return plan;
  }
  std::map<std::string_view, PlannedNode> nodes;
  for (HookIndex hook = 0; hook < program.hook_count(); ++hook) {
    if (!is_wanted(program, hook, request)) continue;
    const HookHead head = program.head(hook);
    switch (head.phase) {
      case HookPhase::OnRunStart: plan.start.push_back(hook); break;
      case HookPhase::OnRunEnd: plan.end.push_back(hook); break;
      case HookPhase::PreHook:
      case HookPhase::PostHook:
        if (const auto owner = plan.selected.find(std::string{head.owner}); owner != plan.selected.end()) add_to_node(nodes[*owner], head, hook);
        break;
    }
  }
  for (const Node* node : in_dependency_order(project)) {
    const auto found = nodes.find(node->unique_id);
    const bool is_needed = found != nodes.end() || (request.with_nodes_without_hooks && plan.selected.contains(node->unique_id));
    if (!is_needed) continue;
    PlannedNode planned = found == nodes.end() ? PlannedNode{} : std::move(found->second);
    planned.node = node;
    plan.nodes.push_back(std::move(planned));
  }
  return plan;
}

}  // namespace hookc
