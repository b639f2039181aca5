// dbt_project.yml of the root and of what is installed beside it; packages.yml, to say what is not.
// Source of the semantics: dbt-core, config/project.py.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "compiler/project/load.h"
#include "compiler/project/macros.h"
#include "compiler/project/yaml_render.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

/// A text of dbt_project.yml, rendered; nothing when it is absent or cannot be rendered.
std::optional<std::string> text_setting(LoadState& state, const YamlNode& yml, std::string_view key) {
  const YamlNode* node = yml.find(key);
  if (node == nullptr || node->is_null()) return std::nullopt;
  const YamlNames names{&state.project, state.project.cli_vars, nullptr, false};
  const Value value = render_yaml(state.sources, *node, names, Severity::Warning, state.project.diagnostics);
  const std::optional<std::string_view> text = text_of(value);
  return text ? std::optional{std::string{*text}} : std::nullopt;
}

/// A list of folders under its name, or under the one that it had before dbt 1.0.
std::vector<std::string> paths_setting(LoadState& state, const YamlNode& yml, std::string_view key, std::string_view old_key,
                                       std::string_view otherwise) {
  const YamlNode* node = yml.find(key);
  if (node == nullptr) node = yml.find(old_key);
  if (node == nullptr || node->is_null()) return {std::string{otherwise}};
  const YamlNames names{&state.project, state.project.cli_vars, nullptr, false};
  const Value value = render_yaml(state.sources, *node, names, Severity::Warning, state.project.diagnostics);
  std::vector<std::string> paths;
  if (const std::optional<std::string_view> single = text_of(value)) paths.emplace_back(*single);
  if (const auto* list = value.get_if<ListPtr>()) {
    for (const Value& item : (*list)->items) {
      if (const std::optional<std::string_view> path = text_of(item)) paths.emplace_back(*path);
    }
  }
  return paths;
}

DictPtr vars_of(LoadState& state, const YamlNode& yml) {
  const YamlNode* vars = yml.find("vars");
  if (vars == nullptr || vars->is_null()) return std::make_shared<Dict>();
  if (const Value value = yaml_value(*vars); const auto* dict = value.get_if<DictPtr>()) return *dict;
  state.project.diagnostics.push_back(make_diagnostic(Severity::Error, "DbtProjectError", "`vars` is no mapping", vars->span, ""));
  return std::make_shared<Dict>();
}

/// The package whose dbt_project.yml stands in `root`; nothing when there is none that can be read.
std::optional<PackageFiles> read_package(LoadState& state, const fs::path& root, bool is_root) {
  const std::optional<SourceId> source = read_file(state, root / "dbt_project.yml");
  if (!source) return std::nullopt;
  PackageFiles package;
  package.root = root;
  package.is_root = is_root;
  package.project_yml_source = *source;
  package.project_yml = parse_dbt_yaml(state.sources, *source, state.project.diagnostics);
  if (!package.project_yml) return std::nullopt;
  const YamlNode& yml = *package.project_yml;
  if (!yml.is_mapping()) {
    state.project.diagnostics.push_back(make_diagnostic(Severity::Error, "DbtProjectError", "`dbt_project.yml` is no mapping", Span{*source, 0, 0},
                                                        "it begins with `name: <project>`"));
    return std::nullopt;
  }
  const std::optional<std::string> name = text_setting(state, yml, "name");
  if (!name || name->empty()) {
    const YamlNode* node = yml.find("name");
    state.project.diagnostics.push_back(make_diagnostic(Severity::Error, "DbtProjectError", "the project has no name",
                                                        node == nullptr ? Span{*source, 0, 0} : node->span, "add `name: <project>`"));
  }
  for (const std::string_view misspelt : {"on_run_start", "on_run_end"}) {
    const YamlNode* hooks = yml.find(misspelt);
    if (hooks == nullptr) continue;
    std::string right{misspelt};
    std::replace(right.begin(), right.end(), '_', '-');
    state.project.diagnostics.push_back(make_diagnostic(Severity::Error, "DbtProjectError", fmt::format("`{}` is no key of dbt_project.yml", misspelt),
                                                        hooks->span, fmt::format("write `{}`", right)));
  }
  package.name = name.value_or("");
  if (package.name.empty()) package.name = root.filename().string();
  if (const std::optional<SourceId> ignored = read_file(state, root / ".dbtignore")) package.ignored = IgnoreList{state.sources.text(*ignored).view()};
  package.model_paths = paths_setting(state, yml, "model-paths", "source-paths", "models");
  package.macro_paths = paths_setting(state, yml, "macro-paths", "macro-paths", "macros");
  package.seed_paths = paths_setting(state, yml, "seed-paths", "data-paths", "seeds");
  package.snapshot_paths = paths_setting(state, yml, "snapshot-paths", "snapshot-paths", "snapshots");
  package.function_paths = paths_setting(state, yml, "function-paths", "function-paths", "functions");
  return package;
}

/// dispatch: [{macro_namespace: dbt_utils, search_order: [mine, dbt_utils]}]
void read_dispatch(LoadState& state, const YamlNode& yml) {
  const YamlNode* dispatch = yml.find("dispatch");
  if (dispatch == nullptr || dispatch->is_null()) return;
  const YamlNames names{&state.project, state.project.cli_vars, nullptr, false};
  for (const YamlPtr& item : dispatch->items) {
    const YamlNode* macro_namespace = item->find("macro_namespace");
    const YamlNode* order = item->find("search_order");
    if (macro_namespace == nullptr || order == nullptr || !order->is_sequence()) {
      state.project.diagnostics.push_back(make_diagnostic(Severity::Error, "DbtProjectError",
                                                          "an entry of `dispatch` has `macro_namespace` and a list `search_order`", item->span, ""));
      continue;
    }
    std::vector<std::string> packages;
    const Value value = render_yaml(state.sources, *order, names, Severity::Warning, state.project.diagnostics);
    if (const auto* list = value.get_if<ListPtr>()) {
      for (const Value& package : (*list)->items) {
        if (const std::optional<std::string_view> text = text_of(package)) packages.emplace_back(*text);
      }
    }
    state.project.dispatch[macro_namespace->text.str()] = std::move(packages);
  }
}

/// The last part of `dbt-labs/dbt_utils` or `https://host/group/dbt-utils.git`.
std::string last_part(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with(".git")) path.remove_suffix(4);
  const std::size_t slash = path.find_last_of("/:");
  return std::string{slash == std::string_view::npos ? path : path.substr(slash + 1)};
}

std::string comparable(std::string_view name) {
  std::string result{name};
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

/// A package that packages.yml asks for.
struct Wanted {
  std::string name;                // as far as its place tells
  std::optional<fs::path> folder;  // of `local:`
};

std::vector<Wanted> packages_asked_for(LoadState& state, const fs::path& path) {
  std::vector<Wanted> all;
  const std::optional<SourceId> source = read_file(state, path);
  if (!source) return all;
  const YamlPtr yml = parse_dbt_yaml(state.sources, *source, state.project.diagnostics);
  const YamlNode* list = yml ? yml->find("packages") : nullptr;
  if (list == nullptr) return all;
  for (const YamlPtr& item : list->items) {
    for (const std::string_view key : {"package", "git", "local", "tarball"}) {
      const YamlNode* place = item->find(key);
      if (place == nullptr || place->kind != YamlNode::Kind::Scalar) continue;
      const YamlNode* name = key == "tarball" ? item->find("name") : nullptr;
      Wanted wanted{last_part(name != nullptr ? name->text.view() : place->text.view()), std::nullopt};
      if (key == "local") wanted.folder = (path.parent_path() / place->text.str()).lexically_normal();
      all.push_back(std::move(wanted));
      break;
    }
  }
  return all;
}

/// The packages beside the root while they are gathered.
class Installed {
 public:
  explicit Installed(LoadState& state) : state_(state), seen_{{state.packages.front().name, state.project.root}} {}

  void add(const fs::path& root) {
    names_.insert(comparable(root.filename().string()));
    std::optional<PackageFiles> package = read_package(state_, root, false);
    if (!package) return;
    names_.insert(comparable(package->name));
    if (const auto [place, is_new] = seen_.try_emplace(package->name, root); !is_new) {
      state_.project.diagnostics.push_back(
          make_diagnostic(Severity::Error, "DbtProjectError", fmt::format("the package `{}` is there twice", package->name),
                          Span{package->project_yml_source, 0, 0}, fmt::format("the other one is in `{}`", shown_path(state_, place->second))));
      return;
    }
    state_.packages.push_back(std::move(*package));
  }

  /// What is asked for and not there. A package beside the project is read from its own place, and then what it asks for in turn.
  void complete(const fs::path& root, std::uint32_t depth) {
    for (const char* file : {"packages.yml", "dependencies.yml"}) {
      for (const Wanted& wanted : packages_asked_for(state_, root / file)) {
        if (names_.contains(comparable(wanted.name))) continue;
        if (wanted.folder) {
          if (is_there(*wanted.folder)) continue;
          std::error_code ignored;
          if (fs::exists(*wanted.folder / "dbt_project.yml", ignored) && depth < kMaxLocalDepth) {
            add(*wanted.folder);
            complete(*wanted.folder, depth + 1);
            continue;
          }
        }
        state_.project.installed_packages_missing.push_back(wanted.name);
      }
    }
  }

 private:
  static constexpr std::uint32_t kMaxLocalDepth = 8;

  /// Whether the package of a folder has been read, from there or from where it is installed.
  [[nodiscard]] bool is_there(const fs::path& folder) const {
    std::error_code ignored;
    return std::any_of(seen_.begin(), seen_.end(), [&](const auto& entry) {
      return fs::equivalent(entry.second, folder, ignored) || (fs::exists(folder / "dbt_project.yml", ignored) &&
             fs::equivalent(entry.second / "dbt_project.yml", folder / "dbt_project.yml", ignored));
    });
  }

  LoadState& state_;
  std::map<std::string, fs::path> seen_;  // roots by name
  std::set<std::string> names_;           // by which a packages.yml may know them
};

void read_installed(LoadState& state, const YamlNode& root_yml) {
  const fs::path folder = state.project.root / text_setting(state, root_yml, "packages-install-path").value_or("dbt_packages");
  std::error_code error;
  std::vector<fs::path> roots;
  for (fs::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (fs::exists(at->path() / "dbt_project.yml", ignored)) roots.push_back(at->path());
  }
  std::sort(roots.begin(), roots.end());
  Installed installed{state};
  for (const fs::path& root : roots) installed.add(root);
  installed.complete(state.project.root, 0);
  std::sort(state.packages.begin() + 1, state.packages.end(),
            [](const PackageFiles& left, const PackageFiles& right) { return left.name < right.name; });
}

DictPtr merged_vars(const DictPtr& base, const DictPtr& above) {
  auto merged = std::make_shared<Dict>(*base);
  if (above) {
    for (const Dict::Entry& entry : above->entries()) merged->set(entry.key, entry.value);
  }
  return merged;
}

}  // namespace

bool read_packages(LoadState& state) {
  Project& project = state.project;
  std::error_code error;
  if (!fs::exists(project.root / "dbt_project.yml", error)) {
    const SourceId nothing = state.sources.add_file(shown_path(state, project.root / "dbt_project.yml"), "");
    project.diagnostics.push_back(make_diagnostic(Severity::Error, "DbtProjectError",
                                                  fmt::format("there is no dbt_project.yml in `{}`", state.options.project_dir.string()),
                                                  Span{nothing, 0, 0}, "name the folder of a dbt project"));
    return false;
  }
  std::optional<PackageFiles> root = read_package(state, project.root, true);
  if (!root) return false;
  const YamlPtr root_yml = root->project_yml;
  project.name = root->name;
  project.profile_name = state.options.profile ? *state.options.profile : text_setting(state, *root_yml, "profile").value_or("");
  state.packages.push_back(std::move(*root));
  read_installed(state, *root_yml);
  for (const PackageFiles& files : state.packages) {
    Package package;
    package.name = files.name;
    package.root = files.root;
    package.is_root = files.is_root;
    package.vars = vars_of(state, *files.project_yml);
    project.packages.push_back(std::move(package));
  }
  project.vars = merged_vars(project.packages.front().vars, project.cli_vars);
  if (const YamlNode* quoting = root_yml->find("quoting"); quoting != nullptr && quoting->is_mapping()) {
    const YamlNames names{&project, project.cli_vars, nullptr, false};
    const Value value = render_yaml(state.sources, *quoting, names, Severity::Warning, project.diagnostics);
    if (const auto* dict = value.get_if<DictPtr>()) project.quoting = *dict;
  }
  read_dispatch(state, *root_yml);
  return true;
}

void read_macros(LoadState& state) {
  for (std::size_t i = 0; i < state.packages.size(); ++i) {
    const PackageFiles& files = state.packages[i];
    for (const FoundFile& file : find_files(state, files, files.macro_paths, {".sql"})) {
      const std::optional<SourceId> source = read_file(state, files.root / file.folder / file.below);
      if (source) add_macros(state.sources, *source, state.project.packages[i], state.project.diagnostics);
    }
    if (!files.is_root) continue;
    for (const auto& [name, macro] : state.project.packages[i].macros) {  // the project's own are all read, so that what is broken is said
      if (const std::optional<Diagnostic>& problem = macro.body(state.sources).problem) state.project.diagnostics.push_back(*problem);
    }
  }
}

}  // namespace hookc
