#include "runtime/cli/common.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "compiler/project/adapter_evidence.h"
#include "compiler/project/installed_dbt.h"
#include "compiler/project/yaml.h"

namespace hookc {

namespace {

namespace fs = std::filesystem;

bool has_project_file(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / "dbt_project.yml", error);
}

/// `.` and `..` written out, a trailing slash gone; relative paths stay relative.
fs::path tidy(const fs::path& path) {
  fs::path clean = path.lexically_normal();
  if (!clean.has_filename() && clean.has_relative_path()) clean = clean.parent_path();
  return clean.empty() ? fs::path{"."} : clean;
}

}  // namespace

ChosenDialect dialect_for(const Project& project, std::optional<sql::Dialect> asked, const Target* target) {
  if (asked) return {*asked, {}};
  if (project.settings.dialect) {
    if (const auto named = sql::dialect_named(*project.settings.dialect)) return {*named, {}};
  }
  if (target != nullptr) return {sql::dialect_of_adapter(target->type), {}};
  if (project.profile && !project.profile->targets.empty()) {
    const Target* usual = project.profile->find(project.profile->default_target);
    return {sql::dialect_of_adapter((usual != nullptr ? *usual : project.profile->targets.front()).type), {}};
  }
  const auto evidence = find_adapter_evidence(project);
  if (!evidence) return {};
  return {sql::dialect_of_adapter(evidence->adapter), evidence->where};
}

std::optional<fs::path> find_project_root(const fs::path& path) {
  std::error_code error;
  fs::path folder = tidy(path);
  if (!fs::is_directory(folder, error)) folder = folder.has_parent_path() ? folder.parent_path() : fs::path{"."};
  while (folder != "." && !folder.empty() && folder != folder.root_path()) {
    if (has_project_file(folder)) return folder;
    folder = folder.parent_path();
  }
  // A relative path ends at the working directory; above that, only the absolute one goes on.
  fs::path above = folder.is_absolute() ? folder : fs::current_path(error);
  if (!folder.is_absolute() && has_project_file(".")) return fs::path{"."};
  for (; !above.empty(); above = above.parent_path()) {
    if (has_project_file(above)) return fs::proximate(above, error);
    if (above == above.root_path()) break;
  }
  return std::nullopt;
}

std::variant<DictPtr, Diagnostic> parse_vars(Sources& sources, const std::string& text) {
  const SourceId source = sources.add_file("--vars", text);
  Diagnostics diagnostics;
  const YamlPtr node = parse_yaml(sources, source, diagnostics);
  if (node == nullptr && !diagnostics.empty()) return diagnostics.front();
  if (node == nullptr || node->is_null()) return std::make_shared<Dict>();
  Value value = yaml_value(*node);
  if (const auto* dict = value.get_if<DictPtr>()) return *dict;
  Diagnostic diagnostic;
  diagnostic.error_class = "UsageError";
  diagnostic.message = "`--vars` is not a mapping of names to values";
  diagnostic.span = node->span;
  diagnostic.help = "write it as YAML or JSON: `--vars '{name: value}'`";
  return diagnostic;
}

namespace {

std::optional<OpenedProject> open(const std::optional<std::string>& path, const std::optional<std::string>& target,
                                  const std::map<std::string, std::string, std::less<>>& replaced_files, const GlobalOptions& globals, const Console& console) {
  const std::string start = globals.project_dir.value_or(path.value_or("."));
  std::error_code error;
  if (!fs::exists(start, error)) {
    print_error(console, fmt::format("`{}` does not exist", start), "name the folder of a dbt project");
    return std::nullopt;
  }
  const auto root = find_project_root(start);
  if (!root) {
    print_error(console, fmt::format("there is no dbt_project.yml in `{}` or above it", start),
                "name the folder of a dbt project, as PATH or with --project-dir");
    return std::nullopt;
  }
  OpenedProject opened{std::make_unique<Sources>(), nullptr};
  LoadOptions options;
  options.project_dir = *root;
  if (globals.profiles_dir) options.profiles_dir = *globals.profiles_dir;
  options.target = target;
  options.replaced_files = replaced_files;
  if (globals.vars) {
    auto vars = parse_vars(*opened.sources, *globals.vars);
    if (const auto* diagnostic = std::get_if<Diagnostic>(&vars)) {
      print_diagnostics(console, {*diagnostic}, *opened.sources);
      return std::nullopt;
    }
    options.cli_vars = std::get<DictPtr>(vars);
  }
  if (globals.dbt_macros) {
    if (!find_dbt_include(*globals.dbt_macros)) {
      print_error(console, fmt::format("there is no dbt in `{}`", *globals.dbt_macros), "name the site-packages folder that holds dbt/include/global_project");
      return std::nullopt;
    }
    options.dbt_macros = *globals.dbt_macros;
  }
  if (globals.manifest) options.manifest = *globals.manifest;
  if (globals.dbt_compat) {
    options.dbt_version = dbt_version_named(*globals.dbt_compat);
    if (!options.dbt_version) {
      print_error(console, fmt::format("`--dbt-compat {}` is no release of dbt that hookc knows", *globals.dbt_compat), "known are 1.8, 1.9, 1.10, 1.11 and 1.12");
      return std::nullopt;
    }
  }
  opened.project = load_project(*opened.sources, options);
  if (opened.project == nullptr) {
    print_error(console, fmt::format("`{}` cannot be read", (*root / "dbt_project.yml").string()));
    return std::nullopt;
  }
  for (const Diagnostic& diagnostic : opened.project->diagnostics) {
    if (diagnostic.severity != Severity::Error || diagnostic.error_class != "ManifestError") continue;
    print_diagnostics(console, {diagnostic}, *opened.sources);
    return std::nullopt;
  }
  return opened;
}

}  // namespace

std::optional<OpenedProject> open_project(const std::optional<std::string>& path, const std::optional<std::string>& target,
                                          const GlobalOptions& globals, const Console& console) {
  return open(path, target, {}, globals, console);
}

std::optional<OpenedProject> open_changed_project(const std::string& path, const std::map<std::string, std::string, std::less<>>& replaced_files,
                                                  const GlobalOptions& globals, const Console& console) {
  return open(path, std::nullopt, replaced_files, globals, console);
}

}  // namespace hookc
