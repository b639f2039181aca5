// A node as templates see it: `model`, the items of `graph.nodes`, the `node` of a result.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "compiler/base/sha256.h"
#include "compiler/project/context_impl.h"
#include "compiler/project/unknowns.h"
#include "compiler/value/json.h"

namespace hookc {

namespace {

/// The path below the folder of models, as dbt shows it beside `original_file_path`.
std::string_view path_in_folder(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

Value empty_list() { return make_list({}); }

/// Without the keys whose value is none, as dbt shows a node.
Value without_nones(const DictPtr& config) {
  Value result = make_dict();
  Dict& dict = **result.get_if<DictPtr>();
  for (const Dict::Entry& entry : config->entries()) {
    if (entry.value.is<None>()) continue;
    const auto* list = entry.value.get_if<ListPtr>();
    const std::optional<std::string_view> key = text_of(entry.key);
    if (list == nullptr || !key || (*key != "pre-hook" && *key != "post-hook")) {
      dict.set(entry.key, entry.value);
      continue;
    }
    std::vector<Value> hooks;
    for (const Value& hook : (*list)->items) hooks.push_back(hook.is<DictPtr>() ? without_nones(*hook.get_if<DictPtr>()) : hook);
    dict.set(entry.key, make_list(std::move(hooks)));
  }
  return result;
}

/// What dbt's manifest has of the node; null without one.
const nlohmann::ordered_json* manifest_entry(const Project& project, const Node& node) {
  if (!project.manifest) return nullptr;
  const auto section = project.manifest->find(node.type == ResourceType::Source ? "sources" : node.type == ResourceType::Function ? "functions" : "nodes");
  if (section == project.manifest->end() || !section->is_object()) return nullptr;
  const auto entry = section->find(node.unique_id);
  return entry == section->end() || !entry->is_object() ? nullptr : &*entry;
}

/// Keys of a node that hooks seldom read, as dbt has them where nobody sets them. `model` has no nones.
void set_defaults(Dict& dict, const Node& shown, bool is_own) {
  const auto mapping = [](std::initializer_list<std::pair<std::string_view, Value>> entries) {
    Value result = make_dict();
    for (const auto& [key, value] : entries) {
      if (!value.is<Undefined>()) (*result.get_if<DictPtr>())->set(key, value);
    }
    return result;
  };
  const Value none = is_own ? make_undefined("none", "") : Value{None{}};  // left out
  const auto set = [&](std::string_view key, const Value& value) {
    if (dict.find(key) == nullptr && !value.is<Undefined>()) dict.set(key, value);
  };
  set("docs", mapping({{"show", Value{true}}, {"node_color", none}}));
  set("contract", mapping({{"enforced", Value{false}}, {"alias_types", Value{true}}, {"checksum", none}}));
  for (const std::string_view key : {"functions", "doc_blocks"}) set(key, empty_list());
  for (const std::string_view key : {"group", "patch_path", "build_path"}) set(key, none);
  if (shown.type != ResourceType::Model) return;
  set("access", make_text("protected", Position{0}));
  for (const std::string_view key : {"constraints", "primary_key"}) set(key, empty_list());
  for (const std::string_view key : {"version", "latest_version", "deprecation_date", "time_spine"}) set(key, none);
}

/// A copy that shares no list or dict with the original. The values are as deep as a node's configuration, which YAML's limits bound.
Value copy_of(const Value& value) {
  if (const auto* list = value.get_if<ListPtr>()) {
    auto copy = std::make_shared<List>(**list);
    for (Value& item : copy->items) item = copy_of(item);
    return Value{std::move(copy)};
  }
  if (const auto* dict = value.get_if<DictPtr>()) {
    auto copy = std::make_shared<Dict>(**dict);
    for (const Dict::Entry& entry : (*dict)->entries()) {
      if (entry.value.is<ListPtr>() || entry.value.is<DictPtr>()) copy->set(entry.key, copy_of(entry.value));
    }
    return Value{std::move(copy)};
  }
  return value;
}

}  // namespace

/// The part of the node that no target changes; keys of the others are there, so that they have their place.
DictPtr DbtContext::Impl::shown_node(const Node& shown) {
  if (binding.stage == Stage::Parse) return make_shown_node(shown);  // the loader is still changing it
  return (&shown == node ? shown.shown_as_model : shown.shown_in_graph).get([&] { return make_shown_node(shown); });
}

DictPtr DbtContext::Impl::make_shown_node(const Node& shown) {
  const bool is_own = &shown == node;  // `model` has no nones
  const std::string prefix = is_own ? "model." : "graph.";
  if (const nlohmann::ordered_json* entry = manifest_entry(project, shown)) {
    const Value all = value_from_json(sources, is_own ? "model" : "graph", *entry);
    return is_own ? *without_nones(*all.get_if<DictPtr>()).get_if<DictPtr>() : *all.get_if<DictPtr>();
  }
  auto result = std::make_shared<Dict>();
  Dict& dict = *result;
  const auto text = [&](std::string_view key, std::string_view bytes) { dict.set(key, input_text(prefix + std::string{key}, bytes)); };
  const auto texts = [&](std::string_view key, const std::vector<std::string>& all) {
    std::vector<Value> items;
    for (const std::string& one : all) items.push_back(input_text(prefix + std::string{key}, one));
    return make_list(std::move(items));
  };
  dict.set("database", Value{None{}});
  dict.set("schema", Value{None{}});
  text("name", shown.name);
  text("resource_type", name_of(shown.type));
  text("package_name", shown.package);
  text("path", path_in_folder(shown.path));
  text("original_file_path", shown.path);
  text("unique_id", shown.unique_id);
  dict.set("fqn", texts("fqn", shown.fqn));
  if (shown.type == ResourceType::Source) {
    text("source_name", shown.source_name);
    text("identifier", shown.alias);
  } else {
    text("alias", shown.alias);
  }
  Value config = make_dict();
  if (shown.config != nullptr) config = as_input(prefix + "config", is_own ? without_nones(shown.config) : Value{shown.config});
  Dict& keys = **config.get_if<DictPtr>();
  if (keys.find("enabled") == nullptr) keys.set("enabled", Value{shown.enabled});
  if (keys.find("materialized") == nullptr && !shown.materialized.empty()) keys.set("materialized", input_text(prefix + "config.materialized", shown.materialized));
  if (keys.find("tags") == nullptr) keys.set("tags", texts("tags", shown.tags));
  if (keys.find("meta") == nullptr) keys.set("meta", make_dict());
  dict.set("meta", *keys.find("meta"));
  const Value* const description = keys.find("description");
  dict.set("description", description != nullptr ? *description : Value{Text{}});
  const Value* const columns = keys.find("columns");
  dict.set("columns", columns != nullptr ? *columns : make_dict());
  dict.set("config", config);
  dict.set("tags", texts("tags", shown.tags));
  if (shown.type != ResourceType::Seed && shown.type != ResourceType::Source) {  // of a seed it would be the file's
    Value checksum = make_dict();
    (*checksum.get_if<DictPtr>())->set("name", input_text(prefix + "checksum.name", "sha256"));
    (*checksum.get_if<DictPtr>())->set("checksum", input_text(prefix + "checksum.checksum", sha256(shown.raw_code)));
    dict.set("checksum", checksum);
  }
  text("raw_code", shown.raw_code);
  text("language", shown.path.ends_with(".py") ? "python" : "sql");
  Value depends = make_dict();
  (*depends.get_if<DictPtr>())->set("macros", empty_list());
  (*depends.get_if<DictPtr>())->set("nodes", texts("depends_on.nodes", shown.depends_on));
  dict.set("depends_on", depends);
  for (const std::string_view key : {"refs", "sources", "metrics"}) dict.set(key, empty_list());
  if (shown.type != ResourceType::Source) set_defaults(dict, shown, is_own);
  return result;
}

Value DbtContext::Impl::node_dict(Evaluator& evaluator, const Node& shown, bool with_relation) {
  Value result = copy_of(Value{shown_node(shown)});
  Dict& dict = **result.get_if<DictPtr>();
  const RelationPtr own = with_relation && shown.type != ResourceType::Operation ? relation_of(relation(evaluator, shown)) : nullptr;
  dict.set("database", own != nullptr ? own->path().database : target_field("database"));
  dict.set("schema", own != nullptr ? own->path().schema : target_field("schema"));
  if (own != nullptr && shown.type != ResourceType::Source) dict.set("alias", own->path().identifier);
  if (own != nullptr && shown.materialized != "ephemeral") dict.set("relation_name", Value{own->rendered()});
  if (&shown == node && binding.compiled_sql) dict.set("compiled_code", input_text("model.compiled_code", binding.compiled_sql->view()));
  else if (&shown == node && !is_operation() && (explores() || binding.stage == Stage::Compile)) dict.set("compiled_code", make_unknown("model.compiled_code", Symbol::Shape::Text));
  return result;
}

}  // namespace hookc
