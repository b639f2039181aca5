#include "compiler/project/config.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "compiler/value/repr.h"

namespace hookc {
namespace {

constexpr std::array kAppended{"tags", "packages"};
constexpr std::array kUpdated{"quoting", "column_types", "meta", "docs", "contract"};

template <class Names>
bool is_one_of(std::string_view key, const Names& names) {
  return std::find(names.begin(), names.end(), key) != names.end();
}

enum class HookKey : std::uint8_t { None, PreHyphen, PreUnderscore, PostHyphen, PostUnderscore };

HookKey hook_key(std::string_view key) {
  if (key == "pre-hook") return HookKey::PreHyphen;
  if (key == "pre_hook") return HookKey::PreUnderscore;
  if (key == "post-hook") return HookKey::PostHyphen;
  if (key == "post_hook") return HookKey::PostUnderscore;
  return HookKey::None;
}

bool is_pre(HookKey key) { return key == HookKey::PreHyphen || key == HookKey::PreUnderscore; }
bool is_underscore(HookKey key) { return key == HookKey::PreUnderscore || key == HookKey::PostUnderscore; }

ListPtr listed(const Value& value) {
  if (const auto* list = value.get_if<ListPtr>()) return std::make_shared<List>(**list);
  auto list = std::make_shared<List>();
  if (!value.is<None>()) list->items.push_back(value);
  return list;
}

/// `+select: [a]` under `grants` adds to what is there, `select: [a]` replaces it.
Value merged_grants(const Value& base, const Value& above) {
  const auto* old_dict = base.get_if<DictPtr>();
  const auto* new_dict = above.get_if<DictPtr>();
  if (new_dict == nullptr) return above;
  auto merged = old_dict == nullptr ? std::make_shared<Dict>() : std::make_shared<Dict>(**old_dict);
  for (const Dict::Entry& entry : (*new_dict)->entries()) {
    const std::optional<std::string_view> key = text_of(entry.key);
    if (!key || !key->starts_with('+')) {
      merged->set(entry.key, Value{listed(entry.value)});
      continue;
    }
    const std::string_view privilege = key->substr(1);
    const Value* known = std::as_const(*merged).find(privilege);
    const ListPtr all = known == nullptr ? std::make_shared<List>() : listed(*known);
    const ListPtr added = listed(entry.value);
    all->items.insert(all->items.end(), added->items.begin(), added->items.end());
    merged->set(privilege, Value{all});
  }
  return Value{merged};
}

Value merged_value(std::string_view key, const Value& base, const Value& above) {
  if (is_one_of(key, kAppended)) {
    const ListPtr all = listed(base);
    const ListPtr added = listed(above);
    all->items.insert(all->items.end(), added->items.begin(), added->items.end());
    return Value{all};
  }
  if (key == "grants") return merged_grants(base, above);
  const auto* old_dict = base.get_if<DictPtr>();
  const auto* new_dict = above.get_if<DictPtr>();
  if (!is_one_of(key, kUpdated) || old_dict == nullptr || new_dict == nullptr) return above;
  auto merged = std::make_shared<Dict>(**old_dict);
  for (const Dict::Entry& entry : (*new_dict)->entries()) merged->set(entry.key, entry.value);
  return Value{merged};
}

void set_value(ConfigLayer& layer, std::string_view key, const Value& value) {
  const Value* known = std::as_const(*layer.values).find(key);
  const bool starts_from_nothing = known == nullptr && (is_one_of(key, kAppended) || key == "grants");
  layer.values->set(key, known != nullptr ? merged_value(key, *known, value) : starts_from_nothing ? merged_value(key, Value{None{}}, value) : value);
}

// ------------------------------------------------------------------------------------------------------------- hooks in YAML

class YamlHooks {
 public:
  /// `early`: the names with which dbt renders these hooks while it reads the file; null: it leaves their Jinja alone.
  YamlHooks(LoadState& state, HookPlace place, const YamlNames* early, std::vector<HookSpec>& hooks)
      : state_(state), place_(place), early_(early), hooks_(hooks) {}

  void read(const YamlNode& node) {
    if (node.is_sequence()) {
      for (const YamlPtr& item : node.items) read_item(*item);
    } else {
      read_item(node);
    }
  }

 private:
  void read_item(const YamlNode& node) {
    if (node.is_null()) {
      report(node, "this hook is null; dbt refuses it");
    } else if (node.is_mapping()) {
      read_mapping(node);
    } else if (node.is_string()) {
      read_value(rendered(node), node);
    } else {
      report(node, "a hook is a text, or a mapping with `sql` and `transaction`");
    }
  }

  void read_mapping(const YamlNode& node) {
    const YamlNode* sql = node.find("sql");
    if (sql == nullptr || !sql->is_string()) return report(node, sql == nullptr ? "this hook has no `sql`" : "`sql` of this hook is no text");
    const std::optional<Value> value = rendered(*sql);
    if (!value) return;
    const auto* text = value->get_if<Text>();
    if (text == nullptr) return report(*sql, "`sql` of this hook is rendered to something that is no text");
    HookSpec hook;
    hook.sql = *text;
    if (const YamlNode* transaction = node.find("transaction")) {
      const Value given = yaml_value(*transaction);
      const auto* flag = given.get_if<bool>();
      if (flag == nullptr) return report(*transaction, "`transaction` is `true` or `false`");
      hook.transaction = *flag;
    }
    add(std::move(hook), *sql);
  }

  /// The text as dbt keeps it; nothing, and a report, when dbt cannot render it.
  std::optional<Value> rendered(const YamlNode& node) {
    if (early_ == nullptr || !has_jinja(node.text.view())) return Value{node.text};
    RenderedScalar outcome = render_scalar(state_.sources, node.text, *early_);
    if (auto* value = std::get_if<Value>(&outcome)) return std::move(*value);
    state_.project.diagnostics.push_back(std::get<Diagnostic>(std::move(outcome)));
    return std::nullopt;
  }

  void read_value(const std::optional<Value>& value, const YamlNode& node) {
    if (!value) return;
    if (const auto* list = value->get_if<ListPtr>()) {
      for (const Value& item : (*list)->items) read_value(item, node);
      return;
    }
    const auto* text = value->get_if<Text>();
    if (text == nullptr) return report(node, fmt::format("this hook is rendered to a {}; a hook is a text", type_name(*value)));
    std::optional<HookSpec> hook = decode_hook(*text);
    if (!hook) return report(node, "this hook is JSON, but no object with `sql`");
    add(std::move(*hook), node);
  }

  void add(HookSpec hook, const YamlNode& node) {
    hook.span = node.span;
    hook.place = place_;
    if (early_ != nullptr && has_jinja(node.text.view())) hook.frozen = node.span;
    hooks_.push_back(std::move(hook));
  }
  void report(const YamlNode& node, std::string message) {
    state_.project.diagnostics.push_back(make_diagnostic(Severity::Error, "ParsingError", std::move(message), node.span, ""));
  }

  LoadState& state_;
  HookPlace place_;
  const YamlNames* early_;
  std::vector<HookSpec>& hooks_;
};

/// The four spellings at one level. The one with underscores silently wins over the other, as in dbt.
struct HookEntries {
  const YamlNode* pre = nullptr;
  const YamlNode* post = nullptr;

  void set(HookKey key, const YamlNode& value, bool& has_underscore) {
    if (has_underscore && !is_underscore(key)) return;
    has_underscore = has_underscore || is_underscore(key);
    (is_pre(key) ? pre : post) = &value;
  }
};

void read_hooks(LoadState& state, HookPlace place, const HookEntries& entries, const YamlNames* early, ConfigLayer& layer) {
  if (entries.pre != nullptr) YamlHooks{state, place, early, layer.pre_hooks}.read(*entries.pre);
  if (entries.post != nullptr) YamlHooks{state, place, early, layer.post_hooks}.read(*entries.post);
}

void render_value(LoadState& state, std::string_view key, const YamlNode& node, const YamlNames& names, ConfigLayer& layer) {
  const std::size_t before = state.project.diagnostics.size();
  const Value value = render_yaml(state.sources, node, names, Severity::Info, state.project.diagnostics);
  const bool is_left_out = state.project.diagnostics.size() > before && node.kind == YamlNode::Kind::Scalar;
  if (!is_left_out) set_value(layer, key, value);
}

bool mentions_jinja(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::Scalar) return has_jinja(node.text.view());
  const auto in_item = [](const YamlPtr& item) { return mentions_jinja(*item); };
  const auto in_entry = [](const YamlEntry& entry) { return mentions_jinja(*entry.value); };
  return std::any_of(node.items.begin(), node.items.end(), in_item) || std::any_of(node.entries.begin(), node.entries.end(), in_entry);
}

}  // namespace

ConfigLayer project_layer(LoadState& state, const YamlNode& level, const YamlNames& names, ProjectLevel kind) {
  ConfigLayer layer;
  HookEntries hooks;
  bool pre_underscore = false;
  bool post_underscore = false;
  for (const YamlEntry& entry : level.entries) {
    std::string_view key = entry.key->text.view();
    const bool has_plus = key.starts_with('+');
    if (has_plus) {
      key.remove_prefix(1);
    } else if (entry.value->is_mapping()) {
      continue;
    }
    while (key.starts_with(' ')) key.remove_prefix(1);
    while (key.ends_with(' ')) key.remove_suffix(1);
    if (const HookKey hook = hook_key(key); hook != HookKey::None) {
      if (kind.is_section && !has_plus && entry.value->is_null()) continue;  // here alone dbt takes null for an empty list
      hooks.set(hook, *entry.value, is_pre(hook) ? pre_underscore : post_underscore);
    } else {
      render_value(state, key, *entry.value, names, layer);
    }
  }
  read_hooks(state, HookPlace::ProjectYml, hooks, kind.renders_hooks ? &names : nullptr, layer);
  return layer;
}

ConfigLayer properties_layer(LoadState& state, const YamlNode& config, const YamlNames& names, bool is_version) {
  ConfigLayer layer;
  HookEntries late;
  HookEntries early;
  bool pre_underscore = false;
  bool post_underscore = false;
  for (const YamlEntry& entry : config.entries) {
    const std::string_view key = entry.key->text.view();
    const HookKey hook = hook_key(key);
    if (hook == HookKey::None) {
      render_value(state, key, *entry.value, names, layer);
      continue;
    }
    const bool is_early = is_version || !is_underscore(hook);
    bool& has_underscore = is_pre(hook) ? pre_underscore : post_underscore;
    if (is_underscore(hook)) (is_pre(hook) ? early.pre : early.post) = nullptr;
    (is_early ? early : late).set(hook, *entry.value, has_underscore);
    if (!is_early || !mentions_jinja(*entry.value)) continue;
    state.project.diagnostics.push_back(make_diagnostic(
        Severity::Warning, "ParsingError",
        fmt::format("dbt renders `{}` {} while it reads the file, when `this`, `ref` and macros are not known", key,
                    is_version ? "of a version" : "in a properties file"),
        entry.key->span, is_version ? "write it in the `config()` of the version's file" : fmt::format("write `{}`, which is rendered when the hook runs", is_pre(hook) ? "pre_hook" : "post_hook")));
  }
  read_hooks(state, HookPlace::PropertiesYml, early, &names, layer);
  read_hooks(state, HookPlace::PropertiesYml, late, nullptr, layer);
  return layer;
}

void merge_layer(ConfigLayer& base, const ConfigLayer& above) {
  for (const Dict::Entry& entry : above.values->entries()) {
    if (const std::optional<std::string_view> key = text_of(entry.key)) set_value(base, *key, entry.value);
  }
  base.pre_hooks.insert(base.pre_hooks.end(), above.pre_hooks.begin(), above.pre_hooks.end());
  base.post_hooks.insert(base.post_hooks.end(), above.post_hooks.begin(), above.post_hooks.end());
}

}  // namespace hookc
