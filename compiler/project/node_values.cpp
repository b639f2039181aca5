// A node as templates see it: `model`, the items of `graph.nodes`, the `node` of a result.
#include <algorithm>
#include <charconv>
#include <system_error>

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

/// A copy that shares no list or dict with the original, as far as anybody looks: what lies deeper is copied when it is looked at, so the original must not
/// change. The values are as deep as a node's configuration, which YAML's limits bound.
Value copy_of(const Value& value) {
  const auto is_container = [](const Value& inner) { return inner.is<ListPtr>() || inner.is<DictPtr>(); };
  if (const auto* list = value.get_if<ListPtr>()) {
    auto copy = std::make_shared<List>(**list);
    for (Value& item : copy->items) item = copy_of(item);
    return Value{std::move(copy)};
  }
  if (const auto* dict = value.get_if<DictPtr>()) {
    auto copy = std::make_shared<Dict>(**dict);
    const auto& entries = (*dict)->entries();
    if (std::any_of(entries.begin(), entries.end(), [&](const Dict::Entry& entry) { return is_container(entry.value); })) copy->set_late([](const Dict::Entry& entry) { return copy_of(entry.value); });
    return Value{std::move(copy)};
  }
  return value;
}

}  // namespace

/// As dbt shows a call of `ref` (`{'name': .., 'package': .., 'version': ..}`) or `source` (`[source, table]`). `model` has no nones.
Value DbtContext::Impl::shown_reference(const NodeReference& one, const std::string& prefix, ShownAs as) {
  const bool is_own = as == ShownAs::Model;
  const std::string symbol = prefix + (one.is_source ? "sources" : "refs");
  if (one.is_source) return make_list({input_text(symbol, one.package), input_text(symbol, one.name)});
  Value result = make_dict();
  Dict& dict = **result.get_if<DictPtr>();
  dict.set("name", input_text(symbol + ".name", one.name));
  if (!one.package.empty()) dict.set("package", input_text(symbol + ".package", one.package));
  else if (!is_own) dict.set("package", Value{None{}});
  std::int64_t number = 0;
  if (one.version && one.has_number && std::from_chars(one.version->data(), one.version->data() + one.version->size(), number).ec == std::errc{}) dict.set("version", Value{number});
  else if (one.version) dict.set("version", input_text(symbol + ".version", *one.version));
  else if (!is_own) dict.set("version", Value{None{}});
  return result;
}

/// The part of the node that no target changes; keys of the others, and of what is long, are there, so that they have their place.
DictPtr DbtContext::Impl::shown_node(const Node& shown, ShownAs as) {
  const bool is_settled = binding.stage != Stage::Parse || (binding.nodes_are_settled && as == ShownAs::Model);
  if (!is_settled) return make_shown_node(shown, as);  // the loader is still changing it
  return (as == ShownAs::Model ? shown.shown_as_model : shown.shown_in_graph).get([&] { return make_shown_node(shown, as); });
}

DictPtr DbtContext::Impl::make_shown_node(const Node& shown, ShownAs as) {
  const bool is_own = as == ShownAs::Model;  // it has no nones
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
    dict.set("checksum", Value{None{}});
  }
  dict.set("raw_code", Value{None{}});
  text("language", shown.path.ends_with(".py") ? "python" : "sql");
  Value depends = make_dict();
  (*depends.get_if<DictPtr>())->set("macros", empty_list());
  (*depends.get_if<DictPtr>())->set("nodes", texts("depends_on.nodes", shown.depends_on));
  dict.set("depends_on", depends);
  const auto names_of = [&](bool are_sources) {
    std::vector<Value> items;
    for (const NodeReference& one : shown.references) {
      if (one.is_source == are_sources) items.push_back(shown_reference(one, prefix, as));
    }
    return make_list(std::move(items));
  };
  dict.set("refs", names_of(false));
  dict.set("sources", names_of(true));
  dict.set("metrics", empty_list());
  if (shown.type != ResourceType::Source) set_defaults(dict, shown, is_own);
  return result;
}

/// What `model` and its kin have under a key: copies of what is shown, and what depends on the target, or is too long to be made for everybody.
Value DbtContext::Impl::node_entry(const Node& shown, ShownAs as, const Relation* own, const Dict::Entry& entry) {
  const std::string_view key = text_of(entry.key).value_or("");
  const std::string prefix = as == ShownAs::Model ? "model." : "graph.";
  const bool has_name = own != nullptr && !is_naming;  // a name that depends on itself is what the target says
  if (key == "database") return has_name ? own->part(Relation::Part::Database) : target_field("database");
  if (key == "schema") return has_name ? own->part(Relation::Part::Schema) : target_field("schema");
  if (key == "alias" && has_name && shown.type != ResourceType::Source) return own->part(Relation::Part::Identifier);
  if (key == "relation_name" && own != nullptr && shown.materialized != "ephemeral") return Value{own->rendered()};
  if (manifest_entry(project, shown) == nullptr) {
    if (key == "raw_code") return input_text(prefix + "raw_code", shown.raw_code);
    if (key == "checksum") {
      Value checksum = make_dict();
      (*checksum.get_if<DictPtr>())->set("name", input_text(prefix + "checksum.name", "sha256"));
      (*checksum.get_if<DictPtr>())->set("checksum", input_text(prefix + "checksum.checksum", sha256(shown.raw_code)));
      return checksum;
    }
  }
  return copy_of(entry.value);
}

Value DbtContext::Impl::node_dict(Evaluator& evaluator, const Node& shown, ShownAs as, bool with_relation) {
  auto result = std::make_shared<Dict>(*shown_node(shown, as));
  Dict& dict = *result;
  const RelationPtr own = with_relation && shown.type != ResourceType::Operation ? relation_of(relation(evaluator, shown)) : nullptr;
  dict.set("database", Value{None{}});
  dict.set("schema", Value{None{}});
  if (own != nullptr && shown.materialized != "ephemeral") dict.set("relation_name", Value{None{}});
  dict.set_late([this, alive = std::weak_ptr<const bool>{alive}, &shown, as, own](const Dict::Entry& entry) { return alive.expired() ? entry.value : node_entry(shown, as, own.get(), entry); });
  if (&shown == node && binding.compiled_sql) dict.set("compiled_code", input_text("model.compiled_code", binding.compiled_sql->view()));
  else if (&shown == node && !is_operation() && (explores() || binding.stage == Stage::Compile)) dict.set("compiled_code", make_unknown("model.compiled_code", Symbol::Shape::Text));
  if (!names_late()) (void)dict.entries();  // makes them all
  return Value{std::move(result)};
}

}  // namespace hookc
