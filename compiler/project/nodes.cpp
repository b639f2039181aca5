// Which nodes a project has: models, seeds, snapshots, sources, and the operations that stand for its run hooks.
// Source of the semantics: dbt-core, parser/{models,seeds,snapshots,sources,hooks,schemas}.py.
#include <algorithm>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "compiler/project/load.h"
#include "compiler/project/macros.h"
#include "compiler/project/python_model.h"
#include "compiler/project/yaml_render.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

class NodeFinder {
 public:
  NodeFinder(LoadState& state, std::size_t package) : state_(state), package_(package), files_(state.packages[package]) {}

  void find(std::vector<FoundNode>& found) {
    find_models(found);
    if (has_functions(state_.project.dbt_version)) find_functions(found);
    for (const FoundFile& file : find_files(state_, files_, files_.seed_paths, {".csv"})) {
      found.push_back(make(ResourceType::Seed, file.below.stem().string(), file, {}));
    }
    for (const FoundFile& file : find_files(state_, files_, files_.snapshot_paths, {".sql"})) find_snapshots(file, found);
    for (const PropertiesFile& file : state_.properties) {
      if (file.package != package_) continue;
      find_sources(file, found);
      find_yaml_snapshots(file, found);
    }
    find_operations("on-run-start", found);
    find_operations("on-run-end", found);
  }

 private:
  struct Version {
    std::string model;
    std::string version;
  };

  void find_models(std::vector<FoundNode>& found);
  void find_functions(std::vector<FoundNode>& found);
  void set_model_text(FoundNode& node, SourceId source, bool is_sql);
  void find_snapshots(const FoundFile& file, std::vector<FoundNode>& found);
  void find_sources(const PropertiesFile& file, std::vector<FoundNode>& found);
  void find_yaml_snapshots(const PropertiesFile& file, std::vector<FoundNode>& found);
  void find_operations(std::string_view key, std::vector<FoundNode>& found);
  [[nodiscard]] std::map<std::string, Version> versions() const;
  void set_text(FoundNode& found, Span text);
  /// A text of a properties file, rendered; nothing when it is absent or cannot be.
  [[nodiscard]] std::optional<Text> rendered(const YamlNode* node) const;

  FoundNode make(ResourceType type, std::string name, const FoundFile& file, std::vector<std::string> last_folders) const;
  [[nodiscard]] std::string path_of(const FoundFile& file) const {
    return (files_.root / file.folder / file.below).lexically_relative(state_.project.root).generic_string();
  }

  LoadState& state_;
  std::size_t package_;
  const PackageFiles& files_;
};

FoundNode NodeFinder::make(ResourceType type, std::string name, const FoundFile& file, std::vector<std::string> last_folders) const {
  FoundNode found;
  Node& node = found.node;
  node.type = type;
  node.package = files_.name;
  node.unique_id = fmt::format("{}.{}.{}", name_of(type), files_.name, name);
  node.fqn.push_back(files_.name);
  for (const fs::path& folder : file.below.parent_path()) node.fqn.push_back(folder.string());
  for (std::string& folder : last_folders) node.fqn.push_back(std::move(folder));
  node.fqn.push_back(name);
  node.path = path_of(file);
  node.alias = name;
  node.name = std::move(name);
  found.draft.package = package_;
  return found;
}

/// dbt reads files without the blanks around them.
void NodeFinder::set_text(FoundNode& found, Span text) {
  const std::string_view bytes = state_.sources.view(text);
  const std::string_view body = trimmed(bytes);
  found.draft.has_text = true;
  if (body.size() == state_.sources.text(text.source).size()) {
    found.draft.source = text.source;
  } else {
    const auto begin = text.begin + static_cast<std::uint32_t>(body.empty() ? 0 : body.data() - bytes.data());
    const std::string& name = state_.sources.get(text.source).name;
    found.draft.source =
        state_.sources.add_text(name, state_.sources.slice(Span{text.source, begin, begin + static_cast<std::uint32_t>(body.size())}));
  }
  found.node.raw_code = body;
}

std::optional<Text> NodeFinder::rendered(const YamlNode* node) const {
  if (node == nullptr || !node->is_string()) return std::nullopt;
  const YamlNames names{&state_.project, state_.project.vars, state_.project.active_target(), false};
  const Value value = render_yaml(state_.sources, *node, names, Severity::Info, state_.project.diagnostics);
  const auto* text = value.get_if<Text>();
  return text == nullptr ? std::nullopt : std::optional{*text};
}

/// Files that are versions of a model: by the file's name.
std::map<std::string, NodeFinder::Version> NodeFinder::versions() const {
  std::map<std::string, Version> result;
  for (const PropertiesFile& file : state_.properties) {
    const YamlNode* models = file.package == package_ ? file.yml->find("models") : nullptr;
    if (models == nullptr) continue;
    for (const YamlPtr& model : models->items) {
      const YamlNode* name = model->find("name");
      const YamlNode* all = model->find("versions");
      if (name == nullptr || all == nullptr) continue;
      for (const YamlPtr& version : all->items) {
        const YamlNode* v = version->find("v");
        if (v == nullptr) continue;
        const YamlNode* defined_in = version->find("defined_in");
        const std::string stem = defined_in != nullptr ? defined_in->text.str() : fmt::format("{}_v{}", name->text.view(), v->text.view());
        result.emplace(stem, Version{name->text.str(), v->text.str()});
      }
    }
  }
  return result;
}

void NodeFinder::find_models(std::vector<FoundNode>& found) {
  const std::map<std::string, Version> all_versions = versions();
  for (const FoundFile& file : find_files(state_, files_, files_.model_paths, {".sql", ".py"})) {
    const std::optional<SourceId> source = read_file(state_, files_.root / file.folder / file.below);
    if (!source) continue;
    FoundNode model = make(ResourceType::Model, file.below.stem().string(), file, {});
    if (const auto version = all_versions.find(model.node.name); version != all_versions.end()) {
      const auto& [name, number] = version->second;
      model.node.name = name;
      model.node.unique_id = fmt::format("model.{}.{}.v{}", files_.name, name, number);
      model.node.alias = fmt::format("{}_v{}", name, number);
      model.node.fqn.back() = name;
      model.node.fqn.push_back(fmt::format("v{}", number));
    }
    set_model_text(model, *source, file.below.extension() == ".sql");
    found.push_back(std::move(model));
  }
}

void NodeFinder::set_model_text(FoundNode& node, SourceId source, bool is_sql) {
  if (is_sql) return set_text(node, Span{source, 0, state_.sources.text(source).size()});
  node.node.raw_code = trimmed(state_.sources.text(source).view());
  node.draft.source = python_calls(state_.sources, source);
  node.draft.has_text = true;
}

void NodeFinder::find_functions(std::vector<FoundNode>& found) {
  for (const FoundFile& file : find_files(state_, files_, files_.function_paths, {".sql", ".py"})) {
    const std::optional<SourceId> source = read_file(state_, files_.root / file.folder / file.below);
    if (!source) continue;
    FoundNode function = make(ResourceType::Function, file.below.stem().string(), file, {});
    set_model_text(function, *source, file.below.extension() == ".sql");
    found.push_back(std::move(function));
  }
}

void NodeFinder::find_snapshots(const FoundFile& file, std::vector<FoundNode>& found) {
  const std::optional<SourceId> source = read_file(state_, files_.root / file.folder / file.below);
  if (!source) return;
  for (const TopLevelBlock& block : cut_blocks(state_.sources, *source, {"snapshot"}, state_.project.diagnostics)) {
    FoundNode snapshot = make(ResourceType::Snapshot, std::string{block.name}, file, {file.below.stem().string()});
    set_text(snapshot, Span{*source, block.contents.begin, block.contents.end});
    found.push_back(std::move(snapshot));
  }
}

/// `snapshots:` with a `relation` define a snapshot without a text of its own.
void NodeFinder::find_yaml_snapshots(const PropertiesFile& file, std::vector<FoundNode>& found) {
  const YamlNode* snapshots = file.yml->find("snapshots");
  if (snapshots == nullptr) return;
  for (const YamlPtr& entry : snapshots->items) {
    const YamlNode* name = entry->find("name");
    const YamlNode* relation = entry->find("relation");
    if (name == nullptr || relation == nullptr) continue;
    const FoundFile place{"", fs::path{file.folder} / (name->text.str() + ".yml")};
    FoundNode snapshot = make(ResourceType::Snapshot, name->text.str(), place, {});
    TextBuilder text;
    const Position made = fixed_at(state_.sources.text(name->span.source).position_at(name->span.begin));
    text.append("select * from {{ ", made, FrameId{0});
    text.append(relation->text, FrameId{0});
    text.append(" }}", made, FrameId{0});
    const SourceId source = state_.sources.add_text(snapshot.node.path, text.take());
    set_text(snapshot, Span{source, 0, state_.sources.text(source).size()});
    found.push_back(std::move(snapshot));
  }
}

void NodeFinder::find_sources(const PropertiesFile& file, std::vector<FoundNode>& found) {
  const YamlNode* sources = file.yml->find("sources");
  if (sources == nullptr) return;
  for (const YamlPtr& source : sources->items) {
    const YamlNode* source_name = source->find("name");
    const YamlNode* tables = source->find("tables");
    if (source_name == nullptr || tables == nullptr) continue;
    for (const YamlPtr& table : tables->items) {
      const YamlNode* name = table->find("name");
      if (name == nullptr) continue;
      const FoundFile place{"", fs::path{file.folder} / (name->text.str() + ".yml")};
      FoundNode entry = make(ResourceType::Source, name->text.str(), place, {source_name->text.str()});
      entry.node.unique_id = fmt::format("source.{}.{}.{}", files_.name, source_name->text.view(), name->text.view());
      entry.node.source_name = source_name->text.str();
      entry.node.path = state_.sources.get(name->span.source).name;
      if (const std::optional<Text> identifier = rendered(table->find("identifier"))) entry.node.alias = identifier->str();
      entry.node.schema = rendered(source->find("schema")).value_or(source_name->text);
      entry.node.database = rendered(source->find("database"));
      found.push_back(std::move(entry));
    }
  }
}

void NodeFinder::find_operations(std::string_view key, std::vector<FoundNode>& found) {
  const YamlNode* hooks = files_.project_yml->find(key);
  if (hooks == nullptr || hooks->is_null()) return;
  const std::size_t count = hooks->is_sequence() ? hooks->items.size() : 1;
  for (std::size_t i = 0; i < count; ++i) {
    FoundNode operation;
    Node& node = operation.node;
    node.type = ResourceType::Operation;
    node.package = files_.name;
    node.name = fmt::format("{}-{}-{}", files_.name, key, i);
    node.unique_id = fmt::format("operation.{}.{}", files_.name, node.name);
    node.fqn = {files_.name, "hooks", node.name};
    node.alias = node.name;
    node.path = (files_.root / "dbt_project.yml").lexically_relative(state_.project.root).generic_string();
    node.tags = {std::string{key}};
    const YamlNode& text = hooks->is_sequence() ? *hooks->items[i] : *hooks;
    node.raw_code = text.text.str();
    operation.draft.package = package_;
    found.push_back(std::move(operation));
  }
}

}  // namespace

void find_nodes(LoadState& state) {
  std::vector<FoundNode> found;
  for (std::size_t i = 0; i < state.packages.size(); ++i) NodeFinder{state, i}.find(found);
  for (FoundNode& given : manifest_nodes(state)) found.push_back(std::move(given));
  static_assert(std::is_nothrow_move_constructible_v<FoundNode>, "or `found` copies them as it grows");
  std::vector<FoundNode*> by_id;
  by_id.reserve(found.size());
  for (FoundNode& entry : found) by_id.push_back(&entry);
  std::stable_sort(by_id.begin(), by_id.end(), [](const FoundNode* left, const FoundNode* right) { return left->node.unique_id < right->node.unique_id; });
  state.project.nodes.reserve(found.size());
  state.drafts.reserve(found.size());
  for (FoundNode* entry : by_id) {
    state.project.nodes.push_back(std::move(entry->node));
    state.drafts.push_back(std::move(entry->draft));
  }
  state.project.index_nodes();
}

}  // namespace hookc
