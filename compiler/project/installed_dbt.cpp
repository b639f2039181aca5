#include "compiler/project/installed_dbt.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/project/dbt_macros.h"
#include "compiler/project/load.h"
#include "compiler/project/macros.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGlobalProject = "global_project";
constexpr std::string_view kStarterProject = "starter_project";  // what `dbt init` copies

struct AdapterParent {
  std::string_view adapter;
  std::string_view parent;
};

/// Adapters that take over the macros of another one.
constexpr std::array kAdapterParents{AdapterParent{"redshift", "postgres"},    AdapterParent{"databricks", "spark"},  AdapterParent{"glue", "spark"},
                                     AdapterParent{"materialize", "postgres"}, AdapterParent{"synapse", "fabric"},    AdapterParent{"sqlserver", "fabric"},
                                     AdapterParent{"starburst", "trino"},      AdapterParent{"greenplum", "postgres"}};

bool has_library(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / kGlobalProject / "dbt_project.yml", error);
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->is_directory(ignored)) folders.push_back(at->path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

/// The macros of `include/<folder>`, in files that are shown as `<dbt>/<folder>/...`.
Package read_internal(LoadState& state, const fs::path& root) {
  const std::string folder = root.filename().string();
  Package package;
  package.name = folder == kGlobalProject ? "dbt" : "dbt_" + folder;
  package.root = root;
  package.is_internal = true;
  package.adapter = folder == kGlobalProject ? "" : folder;
  package.vars = std::make_shared<Dict>();
  PackageFiles files;
  files.name = package.name;
  files.root = root;
  files.project_yml_source = state.packages.front().project_yml_source;
  for (const FoundFile& file : find_files(state, files, {"macros"}, {".sql"})) {
    const fs::path below = file.folder / file.below;
    if (const auto source = read_file_as(state, root / below, fmt::format("<dbt>/{}/{}", folder, below.generic_string()))) {
      add_macros(state.sources, *source, package, state.project.diagnostics);
    }
  }
  return package;
}

/// Adapters that the profile wants and the library does not have.
void report_missing_adapters(LoadState& state, const fs::path& include) {
  if (!state.project.profile) return;
  std::set<std::string> missing;
  for (const Target& target : state.project.profile->targets) {
    std::error_code error;
    if (!target.type.empty() && !fs::exists(include / target.type, error) && missing.insert(target.type).second) {
      state.project.diagnostics.push_back(make_diagnostic(Severity::Info, "DbtRuntimeError", fmt::format("the installed dbt has no macros of the adapter `{}`", target.type),
                                                          target.span, fmt::format("install dbt-{} beside it", target.type)));
    }
  }
}

}  // namespace

std::optional<fs::path> find_dbt_include(const fs::path& folder) {
  std::vector<fs::path> places{folder / "dbt" / "include", folder / "include", folder};
  for (const fs::path& python : folders_in(folder / "lib")) places.push_back(python / "site-packages" / "dbt" / "include");
  const auto found = std::find_if(places.begin(), places.end(), has_library);
  return found == places.end() ? std::nullopt : std::optional{*found};
}

std::vector<std::string> adapter_line(std::optional<std::string> adapter) {
  std::vector<std::string> line;
  while (adapter) {
    line.push_back(*adapter);
    const auto* const row = std::find_if(kAdapterParents.begin(), kAdapterParents.end(), [&](const AdapterParent& one) { return one.adapter == *adapter; });
    adapter = row == kAdapterParents.end() ? std::nullopt : std::optional<std::string>{row->parent};
  }
  return line;
}

void read_internal_packages(LoadState& state) {
  const std::optional<fs::path>& folder = state.options.dbt_macros ? state.options.dbt_macros : state.project.settings.dbt_macros;
  const std::optional<fs::path> include = folder ? find_dbt_include(*folder) : std::nullopt;
  if (!include) {
    if (folder) {
      state.project.diagnostics.push_back(make_diagnostic(Severity::Error, "SettingsError", fmt::format("there is no dbt in `{}`", folder->string()),
                                                          Span{state.packages.front().project_yml_source, 0, 0},
                                                          "name the site-packages folder that holds dbt/include/global_project"));
    }
    state.project.packages.push_back(make_dbt_package(state.sources));
    return;
  }
  for (const fs::path& root : folders_in(*include)) {
    const std::string name = root.filename().string();
    std::error_code error;
    if (name == kGlobalProject || name == kStarterProject || !fs::exists(root / "dbt_project.yml", error)) continue;
    state.project.packages.push_back(read_internal(state, root));
  }
  state.project.packages.push_back(read_internal(state, *include / kGlobalProject));
  report_missing_adapters(state, *include);
}

}  // namespace hookc
