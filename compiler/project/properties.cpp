// Properties files: `config:` of nodes, sources, versions of models, snapshots that are written in YAML.
// Source of the semantics: dbt-core, parser/schemas.py and parser/schema_renderer.py.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "compiler/base/parallel.h"
#include "compiler/project/config.h"
#include "compiler/project/load.h"

namespace hookc {
namespace {

struct Section {
  std::string_view key;
  ResourceType type;
};
constexpr std::array kSections{Section{"models", ResourceType::Model}, Section{"seeds", ResourceType::Seed},
                               Section{"snapshots", ResourceType::Snapshot}, Section{"functions", ResourceType::Function}};

void add_patch(LoadState& state, const YamlNode* config, const YamlNames& names, NodeDraft& draft) {
  if (config == nullptr || !config->is_mapping()) return;
  merge_layer(draft.patch, properties_layer(state, *config, names, false));
}

/// What a version says replaces what its model says under the same key, hooks too.
void add_version_patch(LoadState& state, const YamlNode* config, const YamlNames& names, NodeDraft& draft) {
  if (config == nullptr || !config->is_mapping()) return;
  ConfigLayer layer = properties_layer(state, *config, names, true);
  for (const Dict::Entry& entry : layer.values->entries()) draft.patch.values->set(entry.key, entry.value);
  if (!layer.pre_hooks.empty()) draft.patch.pre_hooks = std::move(layer.pre_hooks);
  if (!layer.post_hooks.empty()) draft.patch.post_hooks = std::move(layer.post_hooks);
}

/// What hookc can check of the entry without a node: a misspelt name hides all of its hooks.
void report_unmatched(LoadState& state, const YamlNode& entry, const YamlNode& name, std::string_view section) {
  if (entry.find("config") == nullptr) return;
  state.project.diagnostics.push_back(make_diagnostic(Severity::Warning, "ParsingError",
                                                      fmt::format("there is no node `{}` for this entry of `{}`", name.text.view(), section),
                                                      name.span, "its configuration is not applied"));
}

class Patcher {
 public:
  explicit Patcher(LoadState& state) : state_(state), names_{&state.project, state.project.vars, state.project.active_target(), false} {
    for (std::size_t i = 0; i < state.project.nodes.size(); ++i) {
      const Node& node = state.project.nodes[i];
      by_name_.emplace(std::tuple{node.package, node.type, node.name}, i);
    }
  }

  void apply(const PropertiesFile& file) {
    if (file.package == 0) note_documented_macros(file);
    for (const Section& section : kSections) {
      const YamlNode* entries = file.yml->find(section.key);
      if (entries == nullptr || (section.type == ResourceType::Function && !has_functions(state_.project.dbt_version))) continue;
      for (const YamlPtr& entry : entries->items) apply_entry(file, section, *entry);
    }
  }

 private:
  void note_documented_macros(const PropertiesFile& file) {
    const YamlNode* entries = file.yml->find("macros");
    if (entries == nullptr) return;
    for (const YamlPtr& entry : entries->items) {
      const YamlNode* name = entry->find("name");
      const YamlNode* description = entry->find("description");
      if (name != nullptr && description != nullptr && !description->text.empty()) state_.project.documented_macros.insert(name->text.str());
    }
  }

  void apply_entry(const PropertiesFile& file, const Section& section, const YamlNode& entry) {
    const YamlNode* name = entry.find("name");
    if (name == nullptr || name->kind != YamlNode::Kind::Scalar) return;
    const auto [first, last] = by_name_.equal_range(std::tuple{state_.packages[file.package].name, section.type, name->text.str()});
    if (first == last) return report_unmatched(state_, entry, *name, section.key);
    for (auto at = first; at != last; ++at) {
      NodeDraft& draft = state_.drafts[at->second];
      add_patch(state_, entry.find("config"), names_, draft);
      if (const YamlNode* version = version_of(entry, state_.project.nodes[at->second]))
        add_version_patch(state_, version->find("config"), names_, draft);
    }
  }

  /// The entry of `versions:` that the node is.
  static const YamlNode* version_of(const YamlNode& entry, const Node& node) {
    const YamlNode* versions = entry.find("versions");
    if (versions == nullptr) return nullptr;
    for (const YamlPtr& version : versions->items) {
      const YamlNode* v = version->find("v");
      if (v != nullptr && node.unique_id.ends_with(fmt::format(".{}.v{}", node.name, v->text.view()))) return version.get();
    }
    return nullptr;
  }

  LoadState& state_;
  YamlNames names_;
  std::multimap<std::tuple<std::string, ResourceType, std::string>, std::size_t> by_name_;
};

}  // namespace

void read_properties(LoadState& state) {
  struct Read {
    PropertiesFile file;
    SourceId source;
    Diagnostics problems;
  };
  std::vector<Read> all;
  for (std::size_t i = 0; i < state.packages.size(); ++i) {
    const PackageFiles files = state.packages[i];
    std::vector<std::string> folders = files.model_paths;
    folders.insert(folders.end(), files.seed_paths.begin(), files.seed_paths.end());
    folders.insert(folders.end(), files.snapshot_paths.begin(), files.snapshot_paths.end());
    folders.insert(folders.end(), files.macro_paths.begin(), files.macro_paths.end());
    if (has_functions(state.project.dbt_version)) folders.insert(folders.end(), files.function_paths.begin(), files.function_paths.end());
    std::sort(folders.begin(), folders.end());
    folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
    for (const FoundFile& file : find_files(state, files, folders, {".yml", ".yaml"})) {
      const std::optional<SourceId> source = read_file(state, files.root / file.folder / file.below);
      if (source) all.push_back(Read{PropertiesFile{i, nullptr, file.below.parent_path().string()}, *source, {}});
    }
  }
  share_work(all.size(), [&] { return [&](std::size_t i) { all[i].file.yml = parse_dbt_yaml(state.sources, all[i].source, all[i].problems); }; });
  for (Read& read : all) {
    std::move(read.problems.begin(), read.problems.end(), std::back_inserter(state.project.diagnostics));
    if (read.file.yml && read.file.yml->is_mapping()) state.properties.push_back(std::move(read.file));
  }
}

void apply_patches(LoadState& state) {
  Patcher patcher{state};
  for (const PropertiesFile& file : state.properties) patcher.apply(file);
}

}  // namespace hookc
