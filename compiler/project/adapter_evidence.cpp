#include "compiler/project/adapter_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>
#include <system_error>
#include <vector>

#include "compiler/base/ascii.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

/// Adapters by the name that a profile has. One that hookc has no dialect for counts too: it is not another one.
constexpr std::array<std::string_view, 32> kAdapters{
    "athena", "bigquery", "clickhouse", "cratedb", "databend", "databricks", "doris", "dremio", "duckdb", "exasol", "fabric", "firebolt", "glue", "greenplum", "hive", "materialize",
    "mysql", "oracle", "postgres", "redshift", "risingwave", "singlestore", "snowflake", "spark", "sqlite", "sqlserver", "starrocks", "synapse", "teradata", "trino", "vertica", "fabricspark"};

/// Names that linters and people have for adapters.
struct Alias {
  std::string_view name;
  std::string_view adapter;
};
constexpr std::array kAliases{Alias{"sparksql", "spark"}, Alias{"tsql", "sqlserver"}, Alias{"mssql", "sqlserver"}, Alias{"postgresql", "postgres"}, Alias{"mariadb", "mysql"}};

/// Configurations of models that one adapter has and no other. Source: the adapters' `AdapterSpecificConfigs`.
struct ConfigKey {
  std::string_view key;
  std::string_view adapter;
};
constexpr std::array kConfigKeys{
    ConfigKey{"snowflake_warehouse", "snowflake"}, ConfigKey{"automatic_clustering", "snowflake"}, ConfigKey{"target_lag", "snowflake"},
    ConfigKey{"copy_grants", "snowflake"},         ConfigKey{"hours_to_expiration", "bigquery"},   ConfigKey{"kms_key_name", "bigquery"},   ConfigKey{"require_partition_filter", "bigquery"},
    ConfigKey{"partition_expiration_days", "bigquery"}, ConfigKey{"grant_access_to", "bigquery"}, ConfigKey{"diststyle", "redshift"},       ConfigKey{"dist", "redshift"},
    ConfigKey{"sort_type", "redshift"},            ConfigKey{"liquid_clustered_by", "databricks"}, ConfigKey{"databricks_compute", "databricks"}, ConfigKey{"databricks_tags", "databricks"},
    ConfigKey{"unlogged", "postgres"},             ConfigKey{"engine", "clickhouse"},              ConfigKey{"as_columnstore", "sqlserver"}, ConfigKey{"s3_data_naming", "athena"}};

/// Files that say what is installed, by the beginning and the end of their names.
struct FileName {
  std::string_view begin;
  std::string_view end;
};
constexpr std::array kInstallingFiles{FileName{"requirements", ".txt"}, FileName{"requirements", ".in"}, FileName{"pyproject.toml", ""}, FileName{"pipfile", ""}, FileName{"setup.py", ""}, FileName{"setup.cfg", ""},
                                      FileName{"environment", ".yml"}, FileName{"environment", ".yaml"}, FileName{"dockerfile", ""}, FileName{"docker-compose", ".yml"}, FileName{"docker-compose", ".yaml"}, FileName{"compose", ".yml"}};
constexpr std::array<std::string_view, 3> kWorkflowFolders{".github/workflows", ".circleci", ".devcontainer"};
constexpr std::array<std::string_view, 8> kOtherFolders{".dbt", "profiles", "config", "ci", "docker", ".ci", "dbt_profiles", "profile"};

constexpr std::size_t kMaxFileBytes = 256U << 10U;
constexpr std::size_t kMaxFilesPerFolder = 200;
constexpr std::size_t kMaxFoldersUp = 4;
constexpr std::size_t kManifestHead = 2048;  // `metadata` comes first

using Names = std::set<std::string, std::less<>>;

std::optional<std::string_view> adapter_named(std::string_view word) {
  const auto known = std::ranges::find(kAdapters, word);
  if (known != kAdapters.end()) return *known;
  const auto alias = std::ranges::find(kAliases, word, &Alias::name);
  return alias == kAliases.end() ? std::nullopt : std::optional{alias->adapter};
}

std::string head_of(const fs::path& path, std::size_t most) {
  std::ifstream in{path, std::ios::binary};
  std::string bytes(most, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(most));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return bytes;
}

/// Lines in lower case, without `# ..` behind them.
template <typename Visit>
void for_each_line(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = ascii_lower(text.substr(0, end));
    visit(std::string_view{line}.substr(0, line.find('#')));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// The word behind `key` and a colon or `=`, without quotes.
std::string_view value_behind(std::string_view line, std::string_view key) {
  std::size_t at = line.find_first_not_of(" \t-");
  if (at == std::string_view::npos || line.substr(at, key.size()) != key) return {};
  at = line.find_first_not_of(" \t", at + key.size());
  if (at == std::string_view::npos || (line[at] != ':' && line[at] != '=')) return {};
  const std::size_t begin = line.find_first_not_of(" \t\"'", at + 1);
  if (begin == std::string_view::npos) return {};
  std::size_t end = begin;
  while (end < line.size() && is_word_character(line[end])) ++end;
  return line.substr(begin, end - begin);
}

/// `type: snowflake` of a profile or its template.
void add_types(std::string_view text, Names& names) {
  for_each_line(text, [&](std::string_view line) {
    if (const auto adapter = adapter_named(value_behind(line, "type"))) names.emplace(*adapter);
  });
}

/// `dialect = snowflake` of sqlfluff's settings.
void add_dialects(std::string_view text, Names& names) {
  for_each_line(text, [&](std::string_view line) {
    if (const auto adapter = adapter_named(value_behind(line, "dialect"))) names.emplace(*adapter);
  });
}

/// `dbt-snowflake` as a word, `dbt-snowflake-utils` left out.
void add_installed(std::string_view text, Names& names) {
  constexpr std::string_view kPrefix = "dbt-";
  for_each_line(text, [&](std::string_view line) {
    for (std::size_t at = line.find(kPrefix); at != std::string_view::npos; at = line.find(kPrefix, at + 1)) {
      if (at > 0 && (is_word_character(line[at - 1]) || line[at - 1] == '-')) continue;
      const std::size_t begin = at + kPrefix.size();
      std::size_t end = begin;
      while (end < line.size() && (is_word_character(line[end]) || line[end] == '-')) ++end;
      if (const auto adapter = adapter_named(line.substr(begin, end - begin))) names.emplace(*adapter);
    }
  });
}

/// Words of a name: `my_snowflake-project`.
void add_words(std::string_view name, Names& names) {
  const std::string lower = ascii_lower(name);
  std::string_view rest = lower;
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  while (!rest.empty()) {
    std::size_t end = 0;
    while (end < rest.size() && is_letter(rest[end])) ++end;
    if (const auto adapter = adapter_named(rest.substr(0, end))) names.emplace(*adapter);
    rest.remove_prefix(std::max<std::size_t>(end, 1));
  }
}

/// What one adapter needs of another is not named beside it: dbt-redshift brought dbt-postgres along, dbt-databricks dbt-spark. DuckDB beside a database of another kind stands in for it in tests.
std::optional<std::string> only_one(Names names) {
  if (names.size() > 1) names.erase("duckdb");
  if (names.contains("redshift")) names.erase("postgres");
  if (names.contains("databricks")) names.erase("spark");
  return names.size() == 1 ? std::optional{*names.begin()} : std::nullopt;
}

bool is_profile_file(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kEnds{".yml", ".yaml", ".example", ".sample", ".template", ".tmpl", ".j2", ".dist"};
  return name.find("profile") != std::string_view::npos && std::ranges::any_of(kEnds, [&](std::string_view end) { return name.ends_with(end); });
}

bool is_linter_file(std::string_view name) { return name == ".sqlfluff" || name == "setup.cfg" || name == "tox.ini" || name == "pyproject.toml"; }

bool is_installing_file(std::string_view name) {
  return std::ranges::any_of(kInstallingFiles, [&](const FileName& file) { return name.starts_with(file.begin) && name.ends_with(file.end); });
}

bool is_workflow_file(std::string_view name) { return name.ends_with(".yml") || name.ends_with(".yaml") || name.ends_with(".json"); }

/// A folder whose files count, and how near it is.
struct Place {
  fs::path folder;
  bool has_workflows = false;  // every YAML file in it says what is installed
};

/// The project's folder, folders beside its models, then the same of the folders around it, up to the repository's.
std::vector<Place> places_of(const fs::path& root) {
  std::vector<Place> places;
  std::error_code error;
  fs::path folder = fs::absolute(root, error).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  for (std::size_t up = 0; up <= kMaxFoldersUp; ++up) {
    places.push_back({folder});
    for (const std::string_view name : kOtherFolders) places.push_back({folder / name});
    for (const std::string_view name : kWorkflowFolders) places.push_back({folder / name, true});
    if (fs::exists(folder / ".git", error) || !folder.has_parent_path() || folder.parent_path() == folder) return places;
    folder = folder.parent_path();
  }
  return {places.begin(), places.begin() + static_cast<std::ptrdiff_t>(1 + kOtherFolders.size() + kWorkflowFolders.size())};  // no repository: only what is beside the project is its own
}

using Reader = void (*)(std::string_view, Names&);

/// The files of some kind in the nearest folder that has one adapter.
std::optional<AdapterEvidence> from_files(const std::vector<Place>& places, const fs::path& root, bool (*is_wanted)(std::string_view), bool workflows_too, Reader reader, std::string_view says) {
  for (const Place& place : places) {
    Names names;
    std::string file;
    std::error_code error;
    std::size_t count = 0;
    for (fs::directory_iterator entry{place.folder, error}; !error && entry != fs::directory_iterator{} && ++count <= kMaxFilesPerFolder; entry.increment(error)) {
      const std::string name = ascii_lower(entry->path().filename().string());
      if (!is_wanted(name) && !(workflows_too && place.has_workflows && is_workflow_file(name))) continue;
      if (std::error_code ignored; !entry->is_regular_file(ignored)) continue;
      const std::size_t before = names.size();
      reader(head_of(entry->path(), kMaxFileBytes), names);
      if (names.size() > before) file = fs::proximate(entry->path(), root, error).generic_string();
    }
    if (auto adapter = only_one(std::move(names))) return AdapterEvidence{*adapter, fmt::format("`{}` {} {}", file, says, *adapter)};
  }
  return std::nullopt;
}

/// The adapter that dbt has written down when it was last run here.
std::optional<AdapterEvidence> from_manifest(const fs::path& root) {
  constexpr std::string_view kKey = "\"adapter_type\"";
  const std::string head = head_of(root / "target" / "manifest.json", kManifestHead);
  const std::size_t at = head.find(kKey);
  if (at == std::string::npos) return std::nullopt;
  const std::string_view word = value_behind(std::string_view{head}.substr(at + 1), "adapter_type\"");
  const auto adapter = adapter_named(word);
  return adapter ? std::optional{AdapterEvidence{std::string{*adapter}, fmt::format("`target/manifest.json` was made with {}", *adapter)}} : std::nullopt;
}

std::optional<AdapterEvidence> from_configs(const Project& project) {
  Names names;
  std::string_view key;
  for (const Node& node : project.nodes) {
    if (node.config == nullptr) continue;
    for (const ConfigKey& row : kConfigKeys) {
      const Value* value = std::as_const(*node.config).find(row.key);
      if (value == nullptr || value->get_if<None>() != nullptr) continue;
      names.emplace(row.adapter);
      key = row.key;
    }
  }
  auto adapter = only_one(std::move(names));
  return adapter ? std::optional{AdapterEvidence{*adapter, fmt::format("the configuration `{}` is one of {}", key, *adapter)}} : std::nullopt;
}

std::optional<AdapterEvidence> from_names(const Project& project, const std::vector<Place>& places) {
  Names names;
  add_words(project.profile_name, names);
  add_words(project.name, names);
  if (names.empty()) {
    add_words(places.front().folder.filename().string(), names);
    const auto repository = std::ranges::find_if(places, [](const Place& place) { std::error_code error; return fs::exists(place.folder / ".git", error); });
    if (repository != places.end()) add_words(repository->folder.filename().string(), names);
  }
  auto adapter = only_one(std::move(names));
  return adapter ? std::optional{AdapterEvidence{*adapter, fmt::format("the project is named for {}", *adapter)}} : std::nullopt;
}

}  // namespace

std::optional<AdapterEvidence> find_adapter_evidence(const Project& project) {
  std::error_code error;
  const fs::path root = fs::absolute(project.root, error);
  const std::vector<Place> places = places_of(root);
  if (auto found = from_manifest(root)) return found;
  if (auto found = from_files(places, root, is_profile_file, false, add_types, "has a profile of")) return found;
  if (auto found = from_configs(project)) return found;
  if (auto found = from_files(places, root, is_linter_file, false, add_dialects, "has the dialect")) return found;
  if (auto found = from_files(places, root, is_installing_file, true, add_installed, "installs the adapter for")) return found;
  return from_names(project, places);
}

}  // namespace hookc
