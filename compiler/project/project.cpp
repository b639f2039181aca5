#include "compiler/project/project.h"

#include <algorithm>
#include <cstdlib>

#include "compiler/project/load.h"

namespace hookc {

std::string_view name_of(HookPhase phase) {
  switch (phase) {
    case HookPhase::OnRunStart: return "on-run-start";
    case HookPhase::PreHook: return "pre-hook";
    case HookPhase::PostHook: return "post-hook";
    case HookPhase::OnRunEnd: return "on-run-end";
  }
  return "on-run-start";
}

std::string_view name_of(ResourceType type) {
  switch (type) {
    case ResourceType::Model: return "model";
    case ResourceType::Seed: return "seed";
    case ResourceType::Snapshot: return "snapshot";
    case ResourceType::Operation: return "operation";
    case ResourceType::Function: return "function";
    case ResourceType::Source: return "source";
    case ResourceType::Test: return "test";
    case ResourceType::Other: return "other";
  }
  return "other";
}

std::string_view name_of(HookPlace place) {
  switch (place) {
    case HookPlace::ProjectYml: return "project-yml";
    case HookPlace::PropertiesYml: return "properties-yml";
    case HookPlace::ConfigCall: return "config-call";
  }
  return "project-yml";
}

const Target* Profile::find(std::string_view target) const {
  const auto found = std::find_if(targets.begin(), targets.end(), [&](const Target& candidate) { return candidate.name == target; });
  return found == targets.end() ? nullptr : &*found;
}

const Node* Project::find_node(std::string_view unique_id) const {
  const auto found =
      std::lower_bound(nodes.begin(), nodes.end(), unique_id, [](const Node& node, std::string_view id) { return node.unique_id < id; });
  return found == nodes.end() || found->unique_id != unique_id ? nullptr : &*found;
}

void Project::index_nodes() {
  node_names.clear();
  for (std::uint32_t i = 0; i < nodes.size(); ++i) node_names[nodes[i].name].push_back(i);
}

const Package* Project::find_package(std::string_view package) const {
  const auto found = std::find_if(packages.begin(), packages.end(), [&](const Package& candidate) { return candidate.name == package; });
  return found == packages.end() ? nullptr : &*found;
}

const Target* Project::active_target() const { return profile && target_name ? profile->find(*target_name) : nullptr; }

std::optional<std::string> Project::environment_value(std::string_view variable) const {
  if (environment) {
    const auto found = environment->find(std::string{variable});
    return found == environment->end() ? std::nullopt : std::optional{found->second};
  }
  const char* value = std::getenv(std::string{variable}.c_str());  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

Diagnostic make_diagnostic(Severity severity, std::string error_class, std::string message, Span span, std::string help) {
  Diagnostic diagnostic;
  diagnostic.severity = severity;
  diagnostic.error_class = std::move(error_class);
  diagnostic.message = std::move(message);
  diagnostic.span = span;
  diagnostic.help = std::move(help);
  return diagnostic;
}

}  // namespace hookc
