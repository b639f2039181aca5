// profiles.yml: the targets. A field that needs an environment variable that is not set is left out and noted: only who connects must have it.
// Source of the semantics: dbt-core, config/profile.py; the defaults are those of the adapters' credentials.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "compiler/project/load.h"
#include "compiler/project/yaml_render.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

/// What `target` never shows.
constexpr std::array kSecretFields{"password",
                                   "pass",
                                   "PWD",
                                   "odbc",
                                   "token",
                                   "private_key",
                                   "private_key_passphrase",
                                   "private_key_path",
                                   "client_secret",
                                   "refresh_token",
                                   "keyfile_json",
                                   "oauth_client_secret",
                                   "jwt_token",
                                   "aws_secret_access_key",
                                   "aws_session_token",
                                   "access_token",
                                   "secret_access_key",
                                   "passcode",
                                   "authentication_token"};

/// Fields that an adapter has when nobody writes them. The value is YAML.
struct DefaultField {
  std::string_view adapter;
  std::string_view field;
  std::string_view value;
};
constexpr std::array kDefaultFields{DefaultField{"duckdb", "schema", "main"},
                                    DefaultField{"duckdb", "path", ":memory:"},
                                    DefaultField{"duckdb", "config_options", "null"},
                                    DefaultField{"duckdb", "extensions", "null"},
                                    DefaultField{"duckdb", "settings", "null"},
                                    DefaultField{"duckdb", "external_root", "'.'"},
                                    DefaultField{"duckdb", "use_credential_provider", "null"},
                                    DefaultField{"duckdb", "attach", "null"},
                                    DefaultField{"duckdb", "filesystems", "null"},
                                    DefaultField{"duckdb", "remote", "null"},
                                    DefaultField{"duckdb", "plugins", "null"},
                                    DefaultField{"duckdb", "disable_transactions", "false"},
                                    DefaultField{"postgres", "connect_timeout", "10"},
                                    DefaultField{"postgres", "role", "null"},
                                    DefaultField{"postgres", "search_path", "null"},
                                    DefaultField{"postgres", "keepalives_idle", "0"},
                                    DefaultField{"postgres", "sslmode", "null"},
                                    DefaultField{"postgres", "sslcert", "null"},
                                    DefaultField{"postgres", "sslkey", "null"},
                                    DefaultField{"postgres", "sslrootcert", "null"},
                                    DefaultField{"postgres", "application_name", "dbt"},
                                    DefaultField{"postgres", "retries", "1"}};

/// Where profiles.yml is looked for, in this order.
std::optional<fs::path> find_profiles(LoadState& state) {
  std::vector<fs::path> folders;
  std::error_code error;
  if (state.options.profiles_dir) {
    fs::path path = *state.options.profiles_dir / "profiles.yml";
    if (fs::exists(path, error)) return path;
    const SourceId nothing = state.sources.add_file(path.string(), "");
    state.project.diagnostics.push_back(make_diagnostic(Severity::Warning, "DbtProfileError",
                                                        fmt::format("there is no profiles.yml in `{}`", state.options.profiles_dir->string()),
                                                        Span{nothing, 0, 0}, ""));
    return std::nullopt;
  }
  if (const std::optional<std::string> folder = state.project.environment_value("DBT_PROFILES_DIR"); folder && !folder->empty())
    folders.emplace_back(*folder);
  folders.push_back(state.project.root);
  if (const std::optional<std::string> home = state.project.environment_value("HOME"); home && !home->empty())
    folders.push_back(fs::path{*home} / ".dbt");
  for (const fs::path& folder : folders) {
    if (fs::path path = folder / "profiles.yml"; fs::exists(path, error)) return path;
  }
  return std::nullopt;
}

/// The name of a DuckDB database: its file's, without the extension.
Text duckdb_database(const Text& path) {
  const std::string_view bytes = path.view();
  if (bytes.empty() || bytes == ":memory:") return Text{"memory", fixed_at(bytes.empty() ? Position{0} : path.position_at(0))};
  const std::size_t slash = bytes.find_last_of('/');
  const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
  const std::size_t dot = bytes.find_last_of('.');
  const std::size_t end = dot == std::string_view::npos || dot <= begin ? bytes.size() : dot;
  return path.slice(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
}

class TargetReader {
 public:
  TargetReader(LoadState& state, const std::string& profile, const YamlEntry& output) : state_(state), profile_(profile), output_(output) {}

  std::optional<Target> read();

 private:
  void read_fields();
  void add_defaults();
  void add_aliases();
  void add_names();
  Text made(std::string_view bytes) const {
    return Text{std::string{bytes}, fixed_at(state_.sources.text(output_.key->span.source).position_at(output_.key->span.begin))};
  }
  static bool has(const DictPtr& dict, std::string_view key) { return std::as_const(*dict).find(key) != nullptr; }

  LoadState& state_;
  const std::string& profile_;
  const YamlEntry& output_;
  Target target_;
};

std::optional<Target> TargetReader::read() {
  target_.name = output_.key->text.str();
  target_.span = output_.key->span;
  target_.fields = std::make_shared<Dict>();
  target_.connection = std::make_shared<Dict>();
  if (!output_.value->is_mapping()) {
    state_.project.diagnostics.push_back(
        make_diagnostic(Severity::Error, "DbtProfileError", fmt::format("the target `{}` is no mapping", target_.name), output_.key->span, ""));
    return std::nullopt;
  }
  read_fields();
  if (target_.type.empty()) {
    state_.project.diagnostics.push_back(make_diagnostic(Severity::Error, "DbtProfileError",
                                                         fmt::format("the target `{}` has no `type`", target_.name), output_.key->span,
                                                         "name the adapter: `type: postgres`"));
    return std::nullopt;
  }
  add_defaults();
  add_aliases();
  add_names();
  return std::move(target_);
}

void TargetReader::read_fields() {
  const YamlNames names{&state_.project, state_.project.cli_vars, nullptr, true};
  for (const YamlEntry& entry : output_.value->entries) {
    const std::string key = entry.key->text.str();
    const std::size_t before = target_.problems.size();
    const Value value = render_yaml(state_.sources, *entry.value, names, Severity::Info, target_.problems);
    if (target_.problems.size() > before && entry.value->kind == YamlNode::Kind::Scalar) continue;  // left out
    if (key == "type") {
      if (const std::optional<std::string_view> type = text_of(value)) target_.type = *type;
    }
    target_.connection->set(Value{entry.key->text}, value);
    const bool is_secret = std::find(kSecretFields.begin(), kSecretFields.end(), key) != kSecretFields.end();
    if (!is_secret && key != "type" && key != "threads") target_.fields->set(Value{entry.key->text}, value);
  }
}

void TargetReader::add_defaults() {
  for (const DefaultField& row : kDefaultFields) {
    if (row.adapter != target_.type || has(target_.fields, row.field)) continue;
    if (output_.value->find(row.field) != nullptr) continue;  // written, but not known here
    const std::optional<Value> plain = row.value == "'.'" ? std::nullopt : resolve_plain_scalar(row.value);
    target_.fields->set(row.field, plain ? *plain : Value{made(row.value == "'.'" ? "." : row.value)});
  }
}

void TargetReader::add_aliases() {
  const DictPtr& fields = target_.fields;
  if (target_.type == "duckdb" && !has(fields, "database")) {
    const Value* path = std::as_const(*fields).find("path");
    if (const auto* text = path == nullptr ? nullptr : path->get_if<Text>()) fields->set("database", Value{duckdb_database(*text)});
  }
  for (const auto& [alias, name] : {std::pair{"dbname", "database"}, {"project", "database"}, {"dataset", "schema"}}) {
    const bool is_bigquery_word = std::string_view{alias} != "dbname";
    if (is_bigquery_word != (target_.type == "bigquery")) continue;
    if (is_bigquery_word || target_.type == "postgres" || target_.type == "redshift") {
      const Value* of_alias = std::as_const(*fields).find(std::string_view{alias});
      const Value* of_name = std::as_const(*fields).find(std::string_view{name});
      if (of_alias != nullptr && of_name == nullptr) {
        fields->set(name, Value{*of_alias});
      } else if (of_name != nullptr && of_alias == nullptr) {
        fields->set(alias, Value{*of_name});
      }
    }
  }
}

void TargetReader::add_names() {
  target_.fields->set("type", Value{made(target_.type)});
  const Value* threads = std::as_const(*target_.connection).find("threads");
  target_.fields->set("threads", threads != nullptr ? *threads : Value{std::int64_t{1}});
  target_.fields->set("name", Value{output_.key->text});
  target_.fields->set("target_name", Value{output_.key->text});
  target_.fields->set("profile_name", Value{made(profile_)});
}

std::string names_of(const Profile& profile) {
  std::string names;
  for (const Target& target : profile.targets) names += fmt::format("{}`{}`", names.empty() ? "" : ", ", target.name);
  return names;
}

void choose_target(LoadState& state, const YamlNode& profile_yml) {
  Profile& profile = *state.project.profile;
  profile.default_target = "default";
  if (const YamlNode* node = profile_yml.find("target"); node != nullptr && !node->is_null()) {
    const YamlNames names{&state.project, state.project.cli_vars, nullptr, true};
    const Value value = render_yaml(state.sources, *node, names, Severity::Info, state.project.diagnostics);
    if (const std::optional<std::string_view> text = text_of(value)) profile.default_target = *text;
    if (value.is<None>()) return;  // it could not be rendered: the target is open unless it is asked for
  }
  if (!state.options.target && profile.find(profile.default_target) != nullptr) state.project.target_name = profile.default_target;
}

}  // namespace

void read_profiles(LoadState& state) {
  Project& project = state.project;
  project.target_name = state.options.target;
  const std::optional<fs::path> path = find_profiles(state);
  if (!path || project.profile_name.empty()) return;
  const std::optional<SourceId> source = read_file(state, *path);
  if (!source) return;
  const YamlPtr yml = parse_dbt_yaml(state.sources, *source, state.project.diagnostics);
  if (!yml) return;
  const YamlEntry* entry = yml->entry(project.profile_name);
  if (entry == nullptr) {
    project.diagnostics.push_back(make_diagnostic(Severity::Warning, "DbtProfileError",
                                                  fmt::format("there is no profile `{}` here", project.profile_name), Span{*source, 0, 0},
                                                  "dbt_project.yml names the profile under `profile`"));
    return;
  }
  const YamlNode* outputs = entry->value->find("outputs");
  if (outputs == nullptr || !outputs->is_mapping()) {
    project.diagnostics.push_back(make_diagnostic(Severity::Warning, "DbtProfileError",
                                                  fmt::format("the profile `{}` has no `outputs`", project.profile_name), entry->key->span, ""));
    return;
  }
  project.profile = Profile{project.profile_name, "default", {}};
  for (const YamlEntry& output : outputs->entries) {
    if (std::optional<Target> target = TargetReader{state, project.profile_name, output}.read())
      project.profile->targets.push_back(std::move(*target));
  }
  choose_target(state, *entry->value);
  if (project.target_name && project.profile->find(*project.target_name) == nullptr) {
    project.diagnostics.push_back(make_diagnostic(Severity::Error, "DbtProfileError",
                                                  fmt::format("the profile `{}` has no target `{}`", project.profile_name, *project.target_name),
                                                  entry->key->span, fmt::format("its targets are {}", names_of(*project.profile))));
  }
}

}  // namespace hookc
