// load: the parts of load_project, in the order in which they run. Nothing outside of this folder includes this header.
//
// A LoadState holds what loading needs beside the Project that it makes: the YAML of each package, the layers of configuration before they
// are merged, the hooks that they bring.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "compiler/base/diagnostic.h"
#include "compiler/base/sources.h"
#include "compiler/project/ignore.h"
#include "compiler/project/project.h"
#include "compiler/project/yaml.h"

namespace hookc {

Diagnostic make_diagnostic(Severity severity, std::string error_class, std::string message, Span span, std::string help);

/// A hook before it has an owner and an order.
struct HookSpec {
  Text sql;
  Span span;  // of its definition, for diagnostics
  bool transaction = true;
  HookPlace place = HookPlace::ProjectYml;
  std::optional<Span> frozen;
};

/// What one place says about a node: the hooks apart, all other keys as values.
struct ConfigLayer {
  DictPtr values = std::make_shared<Dict>();
  std::vector<HookSpec> pre_hooks;
  std::vector<HookSpec> post_hooks;
};

struct PackageFiles {
  std::string name;
  std::filesystem::path root;
  bool is_root = false;
  YamlPtr project_yml;
  SourceId project_yml_source{};
  IgnoreList ignored;  // .dbtignore
  std::vector<std::string> model_paths, macro_paths, seed_paths, snapshot_paths, function_paths;
};

/// A node while it is being put together.
struct NodeDraft {
  bool is_given = false;    // by dbt's manifest: there is nothing to evaluate or merge
  std::size_t package = 0;  // index of PackageFiles
  SourceId source{};        // of its text, where it has one
  bool has_text = false;
  ConfigLayer patch;  // of a properties file
  ConfigLayer calls;  // of `config(...)` in its text
  ConfigLayer merged;
};

/// A file of `models:`, `sources:` and the like.
struct PropertiesFile {
  std::size_t package = 0;
  YamlPtr yml;
  std::string folder;  // relative to the searched path, for the fqn of sources
};

struct FoundNode {
  Node node;
  NodeDraft draft;
};

struct LoadState {
  Sources& sources;
  const LoadOptions& options;
  Project& project;
  std::vector<PackageFiles> packages;  // the root first, then by name
  std::vector<PropertiesFile> properties;
  std::vector<NodeDraft> drafts;  // beside project.nodes
  std::shared_ptr<const nlohmann::ordered_json> manifest;  // dbt's, without what hooks have no use for; null: none
};

/// Reads a file as a Source under the name that the user would write; nothing, and a Diagnostic if it is there, when it cannot be read.
std::optional<SourceId> read_file(LoadState& state, const std::filesystem::path& path);
/// The same under another name.
std::optional<SourceId> read_file_as(LoadState& state, const std::filesystem::path& path, const std::string& name);
/// The YAML of a file that dbt reads: without the blanks around it, so that a block scalar at the end of the file has no final newline.
YamlPtr parse_dbt_yaml(Sources& sources, SourceId file, Diagnostics& diagnostics);
/// Without the blanks around it.
std::string_view trimmed(std::string_view text);
/// The path as the user would write it.
std::string shown_path(const LoadState& state, const std::filesystem::path& path);
/// A file of a package: where it was found, and its path below that.
struct FoundFile {
  std::filesystem::path folder;  // as `model-paths` names it
  std::filesystem::path below;   // relative to the folder
};
/// The files with one of the extensions (`.sql`) under folders of a package, in alphabetical order.
std::vector<FoundFile> find_files(LoadState& state, const PackageFiles& package, const std::vector<std::string>& folders,
                                  const std::vector<std::string_view>& extensions);

/// dbt_project.yml of the root and of the installed packages. False when the root's cannot be read.
bool read_packages(LoadState& state);
void read_settings(LoadState& state);
/// dbt's manifest.json, and what it settles where nobody has said it: the release of dbt, the adapter.
void read_manifest(LoadState& state);
/// The macros of packages that are not installed, as the manifest has them.
void add_manifest_macros(LoadState& state);
/// The nodes and sources of packages that are not installed, as the manifest has them.
std::vector<FoundNode> manifest_nodes(LoadState& state);
/// What the nodes depend on, and where the manifest has other nodes or hooks than the project's files.
void compare_with_manifest(LoadState& state);
/// Whose behaviour is followed, and what `flags:` of dbt_project.yml change of it.
void settle_dbt_version(LoadState& state);
void read_profiles(LoadState& state);
void read_macros(LoadState& state);
/// dbt's own macros: hookc's, or those of an installed dbt.
void read_internal_packages(LoadState& state);
/// Properties files of all packages, as YAML.
void read_properties(LoadState& state);
/// Creates the nodes of all packages, without their configuration, sorted by unique id. Several may have one id until `settle_twins`.
void find_nodes(LoadState& state);
/// What properties files say about nodes.
void apply_patches(LoadState& state);
/// Evaluates the texts of the nodes: `config()` calls and references.
void evaluate_nodes(LoadState& state);
/// Renders a hook as dbt does while it parses: adds to its node's dependencies what it refers to, and says why dbt refuses it, where that is certain.
std::optional<Diagnostic> add_hook_references(LoadState& state, const ast::TemplatePtr& tmpl, Node& node);
/// Merges the layers of each node.
void merge_configs(LoadState& state);
/// Of the nodes with one unique id, keeps the one that is enabled.
void settle_twins(LoadState& state);
void resolve_hooks(LoadState& state);

}  // namespace hookc
