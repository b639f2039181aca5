// The configuration of each node, out of all its layers in dbt's order: the package's dbt_project.yml from the top down, the properties file, the calls of
// `config`, and for a node of an installed package the root project's dbt_project.yml at last.
#include <array>
#include <map>
#include <string>
#include <utility>

#include "compiler/project/config.h"
#include "compiler/project/load.h"

namespace hookc {
namespace {

std::string_view section_of(ResourceType type) {
  switch (type) {
    case ResourceType::Seed: return "seeds";
    case ResourceType::Snapshot: return "snapshots";
    case ResourceType::Function: return "functions";
    case ResourceType::Source: return "sources";
    case ResourceType::Test: return "data_tests";
    case ResourceType::Model:
    case ResourceType::Operation:
    case ResourceType::Other: return "models";  // run hooks too
  }
  return "models";
}

std::string_view default_materialization(const Node& node) {
  if (node.type == ResourceType::Seed) return "seed";
  if (node.type == ResourceType::Snapshot) return "snapshot";
  if (node.type == ResourceType::Function) return "function";
  return node.type == ResourceType::Model && node.path.ends_with(".py") ? "table" : "view";
}

/// Keys that every node has, and their values as YAML.
constexpr std::array kDefaults{std::pair{"alias", ""}, std::pair{"schema", ""}, std::pair{"database", ""}, std::pair{"group", ""}, std::pair{"unique_key", ""}, std::pair{"incremental_strategy", ""},
                               std::pair{"full_refresh", ""}, std::pair{"on_schema_change", "ignore"}, std::pair{"on_configuration_change", "apply"}};
constexpr std::array kEmptyLists{"tags", "packages"};
constexpr std::array kEmptyDicts{"meta", "persist_docs", "quoting", "column_types", "grants"};

class Merger {
 public:
  explicit Merger(LoadState& state) : state_(state), names_{&state.project, state.project.cli_vars, state.project.active_target(), false} {}

  ConfigLayer merge(const Node& node, const NodeDraft& draft) {
    ConfigLayer result;
    apply_project(state_.packages[draft.package], node, result);
    merge_layer(result, draft.patch);
    merge_layer(result, draft.calls);
    if (!state_.packages[draft.package].is_root) apply_project(state_.packages.front(), node, result);
    return result;
  }

 private:
  void apply_project(const PackageFiles& package, const Node& node, ConfigLayer& result) {
    const YamlNode* level = package.project_yml->find(section_of(node.type));
    if (level == nullptr || !level->is_mapping()) return;
    const bool is_early = node.type == ResourceType::Function;
    merge_layer(result, layer_of(*level, {true, is_early}));
    for (const std::string& part : node.fqn) {
      level = level->find(part);
      if (level == nullptr || !level->is_mapping()) return;
      merge_layer(result, layer_of(*level, {false, is_early}));
    }
  }

  /// Rendered once, whatever the number of nodes below it.
  const ConfigLayer& layer_of(const YamlNode& level, ProjectLevel kind) {
    const auto known = layers_.find(&level);
    if (known != layers_.end()) return known->second;
    return layers_.emplace(&level, project_layer(state_, level, names_, kind)).first->second;
  }

  LoadState& state_;
  YamlNames names_;
  std::map<const YamlNode*, ConfigLayer> layers_;
};

std::optional<Text> text_of_key(const Dict& config, std::string_view key) {
  const Value* value = config.find(key);
  const auto* text = value == nullptr ? nullptr : value->get_if<Text>();
  return text == nullptr ? std::nullopt : std::optional{*text};
}

bool is_enabled(const Dict& config) {
  const Value* value = config.find("enabled");
  if (value == nullptr) return true;
  if (const auto* flag = value->get_if<bool>()) return *flag;
  const std::optional<std::string_view> text = text_of(*value);
  return !text || (*text != "False" && *text != "false");
}

Value hook_values(const std::vector<HookSpec>& hooks) {
  std::vector<Value> items;
  for (const HookSpec& hook : hooks) {
    auto dict = std::make_shared<Dict>();
    dict->set("sql", Value{hook.sql});
    dict->set("transaction", Value{hook.transaction});
    dict->set("index", Value{None{}});
    items.emplace_back(std::move(dict));
  }
  return make_list(std::move(items));
}

/// The configuration of each node with all of dbt's keys. Nodes of which nobody says anything share one, and all share the keys and what stands there by default.
class FullConfigs {
 public:
  explicit FullConfigs(const LoadState& state) : nowhere_(fixed_at(state.sources.text(state.packages.front().project_yml_source).position_at(0))) {}

  DictPtr config_of(const Node& node, const ConfigLayer& merged) {
    Known& known = known_[std::pair{default_materialization(node), node.enabled}];
    if (known.defaults == nullptr) known.defaults = defaults_of(node);
    const bool is_bare = merged.values->size() == 0 && merged.pre_hooks.empty() && merged.post_hooks.empty();
    if (is_bare && known.bare != nullptr) return known.bare;
    auto config = std::make_shared<Dict>(*known.defaults);
    for (const Dict::Entry& entry : merged.values->entries()) config->set(entry.key, entry.value);
    config->set(pre_hook_, hook_values(merged.pre_hooks));
    config->set(post_hook_, hook_values(merged.post_hooks));
    if (is_bare) known.bare = config;
    return config;
  }

 private:
  struct Known {
    DictPtr defaults;  // without hooks, which stand after all others
    DictPtr bare;
  };

  [[nodiscard]] DictPtr defaults_of(const Node& node) const {
    auto config = std::make_shared<Dict>();
    config->set("enabled", Value{node.enabled});
    config->set("materialized", make_text(std::string{default_materialization(node)}, nowhere_));
    for (const auto& [key, value] : kDefaults) config->set(key, *value == '\0' ? Value{None{}} : make_text(value, nowhere_));
    for (const char* key : kEmptyLists) config->set(key, make_list({}));
    for (const char* key : kEmptyDicts) config->set(key, make_dict());
    return config;
  }

  Position nowhere_;
  Value pre_hook_ = make_name("pre-hook");
  Value post_hook_ = make_name("post-hook");
  std::map<std::pair<std::string_view, bool>, Known> known_;
};

void add_tags(const Dict& config, Node& node) {
  const Value* tags = config.find("tags");
  const auto* list = tags == nullptr ? nullptr : tags->get_if<ListPtr>();
  if (list == nullptr) return;
  for (const Value& tag : (*list)->items) {
    if (const std::optional<std::string_view> text = text_of(tag)) node.tags.emplace_back(*text);
  }
}

}  // namespace

void merge_configs(LoadState& state) {
  Merger merger{state};
  FullConfigs configs{state};
  for (std::size_t i = 0; i < state.project.nodes.size(); ++i) {
    Node& node = state.project.nodes[i];
    if (state.drafts[i].is_given) continue;
    ConfigLayer& merged = state.drafts[i].merged;
    merged = merger.merge(node, state.drafts[i]);
    const Dict& values = *merged.values;
    node.enabled = is_enabled(values);
    const std::optional<Text> materialized = text_of_key(values, "materialized");
    node.materialized = materialized ? materialized->str() : std::string{default_materialization(node)};
    if (node.type != ResourceType::Source) {
      node.schema = text_of_key(values, "schema");
      node.database = text_of_key(values, "database");
      if (const std::optional<Text> alias = text_of_key(values, "alias")) node.alias = alias->str();
    }
    add_tags(values, node);
    node.config = configs.config_of(node, merged);
  }
}

}  // namespace hookc
