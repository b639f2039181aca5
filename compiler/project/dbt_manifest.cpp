// target/manifest.json as dbt has written it, beside the project's files. The files are what hooks are read from; the manifest gives what they do not:
// the whole graph, and the nodes and macros of packages that are not installed. Where both speak of a thing and differ, that is said.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "compiler/project/installed_dbt.h"
#include "compiler/project/load.h"
#include "compiler/project/macros.h"
#include "compiler/sql/dialect.h"
#include "compiler/value/json.h"

namespace hookc {
namespace {

using Json = nlohmann::ordered_json;

/// What is kept of a manifest: what `graph` shows, and the rest that is read here.
const std::set<std::string, std::less<>> kSections{"metadata",  "nodes", "sources", "macros", "exposures", "metrics", "groups", "functions", "semantic_models", "saved_queries", "unit_tests", "disabled"};

void refuse(LoadState& state, std::string message, std::string help) {
  const SourceId source = state.sources.add_file(state.options.manifest->string(), "");
  state.project.diagnostics.push_back(make_diagnostic(Severity::Error, "ManifestError", std::move(message), Span{source, 0, 0}, std::move(help)));
}

std::string text_at(const Json& json, const char* key) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool flag_at(const Json& json, const char* key, bool otherwise) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  return found != json.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

std::vector<std::string> texts_at(const Json& json, const char* key) {
  std::vector<std::string> texts;
  const auto found = json.is_object() ? json.find(key) : json.end();
  if (found == json.end() || !found->is_array()) return texts;
  for (const Json& one : *found) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
  }
  return texts;
}

/// A part of a document that is an object; an empty one when it is not there.
const Json& object_at(const Json& json, std::string_view key) {
  static const Json kNothing = Json::object();
  const auto found = json.is_object() ? json.find(key) : json.end();
  return found != json.end() && found->is_object() ? *found : kNothing;
}

/// The document without the sections that nobody asks for; nothing when it is no JSON object.
std::optional<Json> parse_manifest(std::istream& in) {
  const auto is_wanted = [](int depth, Json::parse_event_t event, Json& parsed) {
    return event != Json::parse_event_t::key || depth != 1 || kSections.contains(parsed.get_ref<const std::string&>());
  };
  Json json = Json::parse(in, is_wanted, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

std::string comparable(std::string_view name) {
  std::string result{name};
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

bool is_installed(const LoadState& state, std::string_view package) {
  return std::any_of(state.packages.begin(), state.packages.end(), [&](const PackageFiles& one) { return one.name == package; });
}

std::optional<ResourceType> type_of(std::string_view resource_type) {
  for (const ResourceType type : {ResourceType::Model, ResourceType::Seed, ResourceType::Snapshot, ResourceType::Function, ResourceType::Source}) {
    if (name_of(type) == resource_type) return type;
  }
  return std::nullopt;
}

// ---------------------------------------------------------------------------------------------------------------- what differs

class Comparer {
 public:
  explicit Comparer(LoadState& state) : state_(state), nodes_(object_at(*state.manifest, "nodes")), functions_(object_at(*state.manifest, "functions")), disabled_(object_at(*state.manifest, "disabled")) {}

  void compare() {
    std::set<std::string_view> here;
    for (std::size_t i = 0; i < state_.project.nodes.size(); ++i) {
      Node& node = state_.project.nodes[i];
      here.insert(node.unique_id);
      if (node.type != ResourceType::Source && !state_.drafts[i].is_given) compare_node(node, state_.drafts[i]);
    }
    for (const auto& [id, entry] : nodes_.items()) {
      const std::string type = text_at(entry, "resource_type");
      const bool has_hooks = type == "model" || type == "seed" || type == "snapshot" || type == "operation";
      if (has_hooks && !here.contains(id) && is_installed(state_, text_at(entry, "package_name"))) gone_.push_back(id);
    }
    if (!gone_.empty()) report(Span{state_.packages.front().project_yml_source, 0, 0}, fmt::format("dbt's manifest has `{}`, and the project does not", fmt::join(gone_, "`, `")));
  }

 private:
  void report(Span place, std::string message) {
    state_.project.diagnostics.push_back(make_diagnostic(Severity::Warning, "ManifestError", std::move(message), place, "let dbt write the manifest anew: `dbt parse`"));
  }

  [[nodiscard]] Span place_of(const Node& node, const NodeDraft& draft) const {
    if (draft.has_text) return Span{draft.source, 0, 0};
    const PackageFiles& package = state_.packages[draft.package];
    if (node.type == ResourceType::Operation) {  // `shop-on-run-start-0`
      const std::size_t dash = node.name.rfind('-');
      const std::string phase = node.name.substr(package.name.size() + 1, dash - package.name.size() - 1);
      const YamlNode* hooks = package.project_yml->find(phase);
      const std::size_t index = std::stoul(node.name.substr(dash + 1));
      if (hooks != nullptr) return hooks->is_sequence() && index < hooks->items.size() ? hooks->items[index]->span : hooks->span;
    }
    return Span{package.project_yml_source, 0, 0};
  }

  void compare_node(Node& node, const NodeDraft& draft) {
    const Json& section = node.type == ResourceType::Function ? functions_ : nodes_;
    const auto entry = section.find(node.unique_id);
    if (entry == section.end()) {
      if (!node.enabled) return;
      report(place_of(node, draft), disabled_.contains(node.unique_id) ? fmt::format("`{}` is enabled here, and disabled in dbt's manifest", node.unique_id)
                                                                  : fmt::format("dbt's manifest does not have `{}`", node.unique_id));
      return;
    }
    if (!node.enabled) return report(place_of(node, draft), fmt::format("`{}` is disabled here, and enabled in dbt's manifest", node.unique_id));
    std::vector<std::string> differences;
    // An operation's text is a hook; a seed has none.
    const bool is_same_text = node.type == ResourceType::Seed || text_at(*entry, "raw_code") == node.raw_code;
    if (!is_same_text) differences.emplace_back("another text");
    if (node.type != ResourceType::Operation) compare_config(node, draft, object_at(*entry, "config"), differences);
    compare_dependencies(node, *entry, is_same_text, differences);
    if (!differences.empty()) report(place_of(node, draft), fmt::format("`{}` has {} in dbt's manifest", node.unique_id, fmt::join(differences, ", ")));
  }

  static void compare_config(const Node& node, const NodeDraft& draft, const Json& config, std::vector<std::string>& differences) {
    if (const std::string there = text_at(config, "materialized"); !there.empty() && there != node.materialized) differences.push_back(fmt::format("`materialized: {}`", there));
    compare_hooks("pre-hook", draft.merged.pre_hooks, config, differences);
    compare_hooks("post-hook", draft.merged.post_hooks, config, differences);
  }

  static void compare_hooks(const char* key, const std::vector<HookSpec>& here, const Json& config, std::vector<std::string>& differences) {
    const auto found = config.find(key);
    const Json there = found != config.end() && found->is_array() ? *found : Json::array();
    if (there.size() != here.size()) {
      differences.push_back(fmt::format("{} {}{} where there {} {} here", there.size(), key, there.size() == 1 ? "" : "s", here.size() == 1 ? "is" : "are", here.size()));
      return;
    }
    for (std::size_t i = 0; i < here.size(); ++i) {
      if (text_at(there[i], "sql") != here[i].sql.view()) differences.push_back(fmt::format("another text of {} {}", key, i));
      const bool transaction = flag_at(there[i], "transaction", true);
      if (transaction != here[i].transaction) differences.push_back(fmt::format("{} {} with `transaction: {}`", key, i, transaction));
    }
  }

  /// Of the same text, dbt knows better what it depends on.
  static void compare_dependencies(Node& node, const Json& entry, bool is_same_text, std::vector<std::string>& differences) {
    const std::vector<std::string> there = texts_at(object_at(entry, "depends_on"), "nodes");
    if (std::set<std::string>{there.begin(), there.end()} == std::set<std::string>{node.depends_on.begin(), node.depends_on.end()}) return;
    if (!is_same_text) return;
    std::vector<std::string> more;
    for (const std::string& id : there) {
      if (std::find(node.depends_on.begin(), node.depends_on.end(), id) == node.depends_on.end()) more.push_back(id);
    }
    differences.push_back(more.empty() ? "fewer nodes that it depends on" : fmt::format("a dependency on `{}`", fmt::join(more, "`, `")));
    node.depends_on = there;
    node.shown_as_model = {};
  }

  LoadState& state_;
  const Json& nodes_;
  const Json& functions_;
  const Json& disabled_;
  std::vector<std::string> gone_;
};

}  // namespace

void read_manifest(LoadState& state) {
  if (!state.options.manifest) return;
  std::ifstream in{*state.options.manifest, std::ios::binary};
  if (!in) return refuse(state, "the manifest cannot be read", "name the manifest.json that dbt has written, usually target/manifest.json");
  std::optional<Json> json = parse_manifest(in);
  const Json metadata = json ? object_at(*json, "metadata") : Json::object();
  if (text_at(metadata, "dbt_schema_version").find("/manifest/") == std::string::npos) {
    return refuse(state, "this is no manifest of dbt", "name the manifest.json that dbt has written, usually target/manifest.json");
  }
  Project& project = state.project;
  if (const std::string name = text_at(metadata, "project_name"); !name.empty() && name != project.name) {
    return refuse(state, fmt::format("this is the manifest of the project `{}`, and not of `{}`", name, project.name), "name the manifest.json of this project");
  }
  if (!project.settings.dbt_version) project.settings.dbt_version = dbt_version_named(text_at(metadata, "dbt_version"));
  if (const std::string adapter = text_at(metadata, "adapter_type"); !project.settings.dialect && sql::dialect_named(adapter)) project.settings.dialect = adapter;
  auto kept = std::make_shared<Json>(*std::move(json));
  state.manifest = kept;
  project.manifest = std::move(kept);
}

void add_manifest_macros(LoadState& state) {
  if (!state.manifest) return;
  const std::vector<std::string> adapters = adapter_line(text_at(object_at(*state.manifest, "metadata"), "adapter_type"));
  const auto is_internal = [&](const std::string& package) {
    return package == "dbt" || std::any_of(adapters.begin(), adapters.end(), [&](const std::string& adapter) { return package == "dbt_" + adapter; });
  };
  std::map<std::string, std::map<std::string, std::string>> files;  // by package and name
  for (const auto& [id, macro] : object_at(*state.manifest, "macros").items()) {
    const std::string package = text_at(macro, "package_name");
    if (!package.empty() && !is_internal(package) && !is_installed(state, package)) files[package][text_at(macro, "original_file_path")] += text_at(macro, "macro_sql") + "\n\n";
  }
  for (const auto& [id, node] : object_at(*state.manifest, "nodes").items()) {  // a package may have none
    if (const std::string package = text_at(node, "package_name"); !package.empty() && !is_installed(state, package)) files.try_emplace(package);
  }
  std::vector<std::string>& missing = state.project.installed_packages_missing;
  for (const auto& [name, texts] : files) {
    Package package;
    package.name = name;
    package.vars = std::make_shared<Dict>();
    for (const auto& [file, text] : texts) add_macros(state.sources, state.sources.add_file(fmt::format("dbt_packages/{}/{}", name, file), text), package, state.project.diagnostics);
    state.project.packages.push_back(std::move(package));
    std::erase_if(missing, [known = comparable(name)](const std::string& one) { return comparable(one) == known; });
  }
}

std::vector<FoundNode> manifest_nodes(LoadState& state) {
  std::vector<FoundNode> found;
  if (!state.manifest) return found;
  for (const char* section : {"nodes", "functions", "sources"}) {
    for (const auto& [id, entry] : object_at(*state.manifest, section).items()) {
      const std::string package = text_at(entry, "package_name");
      const std::optional<ResourceType> type = type_of(text_at(entry, "resource_type"));
      if (!type || package.empty() || is_installed(state, package)) continue;
      FoundNode& given = found.emplace_back();
      given.draft.is_given = true;
      Node& node = given.node;
      node.unique_id = id;
      node.type = *type;
      node.package = package;
      node.name = text_at(entry, "name");
      node.fqn = texts_at(entry, "fqn");
      node.path = text_at(entry, "original_file_path");
      node.alias = text_at(entry, *type == ResourceType::Source ? "identifier" : "alias");
      node.raw_code = text_at(entry, "raw_code");
      node.tags = texts_at(entry, "tags");
      node.source_name = text_at(entry, "source_name");
      node.depends_on = texts_at(object_at(entry, "depends_on"), "nodes");
      const Json& config = object_at(entry, "config");
      node.materialized = text_at(config, "materialized");
      const Value values = value_from_json(state.sources, id + ".config", config);
      node.config = *values.get_if<DictPtr>();
      const Json& names = *type == ResourceType::Source ? entry : config;
      const auto named = [&](const char* key) -> std::optional<Text> {
        std::string text = text_at(names, key);
        if (text.empty()) return std::nullopt;
        const auto size = static_cast<std::uint32_t>(text.size());
        return Text{std::move(text), state.sources.add_input(fmt::format("{}.{}", id, key), size)};
      };
      node.schema = named("schema");
      node.database = named("database");
    }
  }
  return found;
}

void compare_with_manifest(LoadState& state) {
  if (state.manifest) Comparer{state}.compare();
}

}  // namespace hookc
