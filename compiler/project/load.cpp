// load_project: the order in which a project is read. Each step leaves what it could read, and says what it could not.
#include "compiler/project/load.h"

#include <system_error>

namespace hookc {

namespace {

std::unique_ptr<Project> empty_project(const LoadOptions& options) {
  auto project = std::make_unique<Project>();
  std::error_code error;
  project->root = std::filesystem::absolute(options.project_dir.empty() ? "." : options.project_dir, error).lexically_normal();
  if (project->root.filename().empty()) project->root = project->root.parent_path();  // `folder/.` and `folder/` end in nothing
  project->environment = options.environment;
  project->cli_vars = options.cli_vars ? options.cli_vars : std::make_shared<Dict>();
  return project;
}

}  // namespace

std::unique_ptr<Project> load_connection(Sources& sources, const LoadOptions& options) {
  auto project = empty_project(options);
  LoadState state{sources, options, *project, {}, {}, {}, nullptr};
  project->profile_name = options.profile.value_or("");
  read_settings(state);
  read_profiles(state);
  return project;
}

std::unique_ptr<Project> load_project(Sources& sources, const LoadOptions& options) {
  auto project = empty_project(options);
  LoadState state{sources, options, *project, {}, {}, {}, nullptr};
  if (!read_packages(state)) return project;
  read_settings(state);
  read_manifest(state);
  settle_dbt_version(state);
  read_profiles(state);
  read_macros(state);
  add_manifest_macros(state);
  read_internal_packages(state);
  read_properties(state);
  find_nodes(state);
  apply_patches(state);
  state.properties = {};  // all that is wanted of them is in the nodes, and they take ten times their files
  evaluate_nodes(state);
  merge_configs(state);
  settle_twins(state);
  resolve_hooks(state);
  return project;
}

}  // namespace hookc
