#include "runtime/adapters/odbc_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "runtime/adapters/target_fields.h"

namespace hookc::odbc {

namespace {

using sql::Dialect;

/// What a type of target is reached with when it names no driver, and what the driver must be told in any case.
struct DriverRow {
  std::string_view type;
  std::string_view driver;
  std::string_view always;  // `KEYWORD=VALUE;..`
};
constexpr std::string_view kSpark = "AuthMech=3;SSL=1;ThriftTransport=2";
constexpr DriverRow kDrivers[] = {
    // Without a character set that has all of Unicode, texts lose characters.
    {"mysql", "MariaDB Unicode", "CHARSET=utf8mb4"},
    {"mysql5", "MariaDB Unicode", "CHARSET=utf8mb4"},
    {"mariadb", "MariaDB Unicode", "CHARSET=utf8mb4"},
    // A writer that waits for another gives up after ten seconds, not after 100 (in milliseconds).
    {"sqlite", "SQLite3", "Timeout=10000"},
    {"sqlserver", "ODBC Driver 18 for SQL Server", ""},
    {"fabric", "ODBC Driver 18 for SQL Server", ""},
    {"synapse", "ODBC Driver 18 for SQL Server", ""},
    {"snowflake", "SnowflakeDSIIDriver", ""},
    {"databricks", "Simba Spark ODBC Driver", kSpark},
    {"spark", "Simba Spark ODBC Driver", kSpark},
};

/// A field of a dbt adapter and the driver's keyword for it. The first row of a field that fits the type counts; a keyword is set once.
struct FieldRow {
  std::string_view type;  // empty: any other
  std::string_view field;
  std::string_view keyword;
};
constexpr FieldRow kFields[] = {
    {"snowflake", "user", "UID"},
    {"snowflake", "password", "PWD"},
    {"snowflake", "host", "Server"},
    {"snowflake", "database", "Database"},
    {"snowflake", "schema", "Schema"},
    {"snowflake", "warehouse", "Warehouse"},
    {"snowflake", "role", "Role"},
    {"snowflake", "authenticator", "Authenticator"},
    {"snowflake", "token", "Token"},
    {"snowflake", "private_key_path", "PRIV_KEY_FILE"},
    {"snowflake", "private_key_passphrase", "PRIV_KEY_FILE_PWD"},
    {"databricks", "host", "Host"},
    {"databricks", "port", "Port"},
    {"databricks", "http_path", "HTTPPath"},
    {"databricks", "token", "PWD"},
    {"databricks", "catalog", "Catalog"},
    {"databricks", "schema", "Schema"},
    {"spark", "host", "Host"},
    {"spark", "port", "Port"},
    {"spark", "token", "PWD"},
    {"spark", "user", "UID"},
    {"spark", "password", "PWD"},
    {"spark", "schema", "Schema"},
    {"mysql", "schema", "DATABASE"},
    {"mysql", "unix_socket", "SOCKET"},
    {"mysql", "ssl_ca", "SSLCA"},
    {"sqlserver", "encrypt", "Encrypt"},
    {"sqlserver", "trust_cert", "TrustServerCertificate"},
    {"sqlserver", "windows_login", "Trusted_Connection"},
    {"sqlserver", "trusted_connection", "Trusted_Connection"},
    {"sqlserver", "client_id", "UID"},
    {"sqlserver", "app_id", "UID"},
    {"sqlserver", "client_secret", "PWD"},
    {"sqlserver", "app_secret", "PWD"},
    {"", "server", "SERVER"},
    {"", "host", "SERVER"},
    {"", "port", "PORT"},
    {"", "database", "DATABASE"},
    {"", "dbname", "DATABASE"},
    {"", "user", "UID"},
    {"", "username", "UID"},
    {"", "UID", "UID"},
    {"", "password", "PWD"},
    {"", "pass", "PWD"},
    {"", "PWD", "PWD"},
};

/// Types whose fields are another's.
std::string_view family_of(std::string_view type) {
  if (type == "mysql5" || type == "mariadb") return "mysql";
  if (type == "fabric" || type == "synapse") return "sqlserver";
  return type;
}

/// The fields above without a type mean nothing to drivers with words of their own.
bool has_own_words(std::string_view family) { return family == "snowflake" || family == "databricks" || family == "spark"; }

constexpr std::array<std::string_view, 6> kSecretWords{"pwd", "password", "pass", "secret", "token", "passphrase"};

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool is_secret(std::string_view keyword) {
  const std::string name = lower(keyword);
  return std::ranges::any_of(kSecretWords, [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

class SettingsReader {
 public:
  SettingsReader(const Target& target, const AdapterOptions& options) : target_(target), fields_(target), options_(options), family_(family_of(target.type)) {}
  std::variant<Settings, AdapterError> read();

 private:
  [[nodiscard]] const std::string* keyword(std::string_view name) const;
  void set(std::string_view keyword, std::string value);
  void set_unless_given(std::string_view name, std::string value) {
    if (keyword(name) == nullptr) set(name, std::move(value));
  }
  void read_driver();
  std::optional<AdapterError> read_own_keywords();
  void read_fields();
  std::optional<AdapterError> finish_family();
  std::optional<AdapterError> finish_sqlite();
  std::optional<AdapterError> finish_spark();
  std::optional<AdapterError> finish_sqlserver();
  std::optional<AdapterError> read_seconds();

  const Target& target_;
  TargetFields fields_;
  const AdapterOptions& options_;
  std::string_view family_;
  Settings settings_;
};

const std::string* SettingsReader::keyword(std::string_view name) const {
  const auto found = std::ranges::find_if(settings_.keywords, [&](const auto& one) { return lower(one.first) == lower(name); });
  return found == settings_.keywords.end() ? nullptr : &found->second;
}

void SettingsReader::set(std::string_view keyword, std::string value) {
  if (is_secret(keyword) && !value.empty()) settings_.secrets.push_back(value);
  settings_.keywords.emplace_back(keyword, std::move(value));
}

void SettingsReader::read_driver() {
  if (const auto dsn = fields_.text("dsn")) {
    set("DSN", *dsn);
  } else if (const auto driver = fields_.text("driver")) {
    set("DRIVER", *driver);
  }
}

/// The keywords of `odbc` come first: what is set already is left alone afterwards.
std::optional<AdapterError> SettingsReader::read_own_keywords() {
  const Value* own = fields_.find("odbc");
  if (own == nullptr || own->is<None>()) return std::nullopt;
  const auto* dict = own->get_if<DictPtr>();
  if (dict == nullptr) return unfit_target("`odbc` is not a mapping of the driver's keywords", "write `odbc: {KEYWORD: value}`");
  for (const Dict::Entry& entry : (*dict)->entries()) {
    const auto name = scalar_text(entry.key);
    const auto value = scalar_text(entry.value);
    if (!name || !value) return unfit_target(fmt::format("`{}` of `odbc` is not a plain value", name.value_or("a keyword")));
    set_unless_given(*name, *value);
  }
  return std::nullopt;
}

void SettingsReader::read_fields() {
  for (const FieldRow& row : kFields) {
    if (row.type.empty() ? has_own_words(family_) : row.type != family_) continue;
    if (family_ == "sqlite" || (family_ == "mysql" && row.field == "database")) continue;  // `database` is dbt's name of it alone
    const auto value = fields_.text(row.field);
    if (!value) continue;
    const bool is_switch = fields_.find(row.field)->is<bool>();
    set_unless_given(row.keyword, is_switch ? (*value == "true" ? "yes" : "no") : *value);
  }
}

/// dbt-sqlite's databases are files: `main` is the one that is opened, the others are attached.
std::optional<AdapterError> SettingsReader::finish_sqlite() {
  const auto resolved = [&](const std::string& path) {
    const bool is_file = path != ":memory:" && !path.starts_with("file:") && std::filesystem::path{path}.is_relative() && options_.base_directory;
    return is_file ? (*options_.base_directory / path).string() : path;
  };
  const Value* paths = fields_.find("schemas_and_paths");
  const auto* dict = paths == nullptr ? nullptr : paths->get_if<DictPtr>();
  if (dict != nullptr) {
    for (const Dict::Entry& entry : (*dict)->entries()) {
      const auto name = scalar_text(entry.key);
      const auto path = scalar_text(entry.value);
      if (!name || !path) return unfit_target("`schemas_and_paths` is not a mapping of names to files");
      if (*name == "main") {
        set_unless_given("DATABASE", resolved(*path));
      } else {
        settings_.first_statements.push_back(fmt::format("attach database {} as {}", quote_literal(resolved(*path)), quote_name(*name)));
      }
    }
  }
  if (keyword("DATABASE") == nullptr && keyword("DSN") == nullptr) return unfit_target("it names no file", "name it as dbt-sqlite does: `schemas_and_paths: {main: path/to/file.db}`");
  return std::nullopt;
}

std::optional<AdapterError> SettingsReader::finish_spark() {
  set_unless_given("Port", "443");
  if (keyword("PWD") != nullptr) set_unless_given("UID", "token");
  if (family_ == "spark") {
    if (const auto endpoint = fields_.text("endpoint")) {
      set_unless_given("HTTPPath", "/sql/1.0/endpoints/" + *endpoint);
    } else if (const auto cluster = fields_.text("cluster")) {
      set_unless_given("HTTPPath", fmt::format("/sql/protocolv1/o/{}/{}", fields_.text("organization").value_or("0"), *cluster));
    }
    if (const auto method = fields_.text("method"); method && *method != "odbc") {
      return unfit_target(fmt::format("hookc reaches Spark over ODBC, and its `method` is `{}`", *method), "use a target with `method: odbc`, or say how with `driver` and `odbc`");
    }
  }
  return std::nullopt;
}

/// dbt-sqlserver's ways of signing in are the driver's, under other names.
std::optional<AdapterError> SettingsReader::finish_sqlserver() {
  const std::string way = lower(fields_.text("authentication").value_or("sql"));
  struct Way {
    std::string_view name;
    std::string_view keyword;
  };
  static constexpr Way kWays[] = {
      {"sql", ""},
      {"serviceprincipal", "ActiveDirectoryServicePrincipal"},
      {"activedirectoryserviceprincipal", "ActiveDirectoryServicePrincipal"},
      {"activedirectorypassword", "ActiveDirectoryPassword"},
      {"activedirectoryintegrated", "ActiveDirectoryIntegrated"},
      {"activedirectoryinteractive", "ActiveDirectoryInteractive"},
      {"activedirectorymsi", "ActiveDirectoryMsi"},
      {"msi", "ActiveDirectoryMsi"},
  };
  const auto* const found = std::find_if(std::begin(kWays), std::end(kWays), [&](const Way& each) { return each.name == way; });
  if (found == std::end(kWays)) return unfit_target(fmt::format("hookc does not have the `{}` way of signing in", *fields_.text("authentication")), "use a user with a password, or a service principal");
  if (!found->keyword.empty()) set_unless_given("Authentication", std::string{found->keyword});
  // The driver has no keyword for the port.
  const auto server = std::ranges::find_if(settings_.keywords, [](const auto& one) { return lower(one.first) == "server"; });
  const auto port = std::ranges::find_if(settings_.keywords, [](const auto& one) { return lower(one.first) == "port"; });
  if (server != settings_.keywords.end() && port != settings_.keywords.end()) {
    if (server->second.find(',') == std::string::npos) server->second += "," + port->second;
    settings_.keywords.erase(port);
  }
  return std::nullopt;
}

std::optional<AdapterError> SettingsReader::finish_family() {
  if (family_ == "sqlite") return finish_sqlite();
  if (family_ == "spark" || family_ == "databricks") return finish_spark();
  if (family_ == "sqlserver") return finish_sqlserver();
  if (family_ == "snowflake") {
    if (const auto account = fields_.text("account")) set_unless_given("Server", *account + ".snowflakecomputing.com");
    if (fields_.text("private_key_path")) set_unless_given("Authenticator", "SNOWFLAKE_JWT");
  }
  return std::nullopt;
}

std::optional<AdapterError> SettingsReader::read_seconds() {
  const auto seconds = [&](std::string_view name) -> std::optional<std::chrono::seconds> {
    const auto written = fields_.text(name);
    if (!written) return std::nullopt;
    int count = 0;
    const auto [end, error] = std::from_chars(written->data(), written->data() + written->size(), count);
    if (error != std::errc{} || end != written->data() + written->size() || count < 0) return std::chrono::seconds{-1};
    return std::chrono::seconds{count};
  };
  for (const std::string_view name : {"connect_timeout", "login_timeout", "query_timeout"}) {
    const auto value = seconds(name);
    if (!value) continue;
    if (value->count() < 0) return unfit_target(fmt::format("`{}` is not a number of seconds", name));
    if (name == "query_timeout") {
      if (value->count() > 0) settings_.query_timeout = *value;  // 0 is dbt-sqlserver's default, and no limit
    } else if (value->count() > 0) {
      settings_.connect_timeout = *value;
    }
  }
  return std::nullopt;
}

std::variant<Settings, AdapterError> SettingsReader::read() {
  read_driver();
  if (auto error = read_own_keywords()) return std::move(*error);
  if (keyword("DRIVER") == nullptr && keyword("DSN") == nullptr) {
    const std::string_view usual = usual_driver(target_.type);
    if (!usual.empty()) set("DRIVER", std::string{usual});
  }
  if (keyword("DRIVER") == nullptr && keyword("DSN") == nullptr) {
    return unfit_target("it names no ODBC driver", "add `driver: NAME` (`odbcinst -q -d` lists what is installed) or `dsn: NAME` to the target");
  }
  read_fields();
  if (auto error = finish_family()) return std::move(*error);
  if (auto error = read_seconds()) return std::move(*error);
  const auto* const row = std::find_if(std::begin(kDrivers), std::end(kDrivers), [&](const DriverRow& each) { return each.type == target_.type; });
  std::string_view always = row == std::end(kDrivers) ? std::string_view{} : row->always;
  // psqlODBC gives truth values as texts unless it is told otherwise; other drivers do not look at the keyword.
  if (sql::dialect_of_adapter(target_.type) == Dialect::Postgres) always = "BoolsAsChar=0";
  while (!always.empty()) {
    const std::size_t end = std::min(always.find(';'), always.size());
    const std::string_view pair = always.substr(0, end);
    set_unless_given(pair.substr(0, pair.find('=')), std::string{pair.substr(pair.find('=') + 1)});
    always.remove_prefix(std::min(end + 1, always.size()));
  }
  const auto shown = [&](std::string_view name) { return keyword(name) == nullptr ? std::string{} : *keyword(name); };
  const std::string server = !shown("SERVER").empty() ? shown("SERVER") : !shown("Host").empty() ? shown("Host") : shown("DSN");
  settings_.shown = fmt::format("{}://{}{}/{}", target_.type, server, shown("PORT").empty() ? "" : ":" + shown("PORT"), shown("DATABASE"));
  return std::move(settings_);
}

}  // namespace

std::string_view usual_driver(std::string_view adapter_type) {
  const auto* const row = std::find_if(std::begin(kDrivers), std::end(kDrivers), [&](const DriverRow& each) { return each.type == adapter_type; });
  return row == std::end(kDrivers) ? std::string_view{} : row->driver;
}

std::variant<Settings, AdapterError> read_settings(const Target& target, const AdapterOptions& options) { return SettingsReader{target, options}.read(); }

std::string connection_string(const Settings& settings) {
  std::string out;
  for (const auto& [keyword, value] : settings.keywords) {
    const bool needs_braces = keyword == "DRIVER" || value.find_first_of("[]{}(),;?*=!@ ") != std::string::npos;
    std::string written;
    for (const char c : value) {
      written += c;
      if (c == '}' && needs_braces) written += c;
    }
    out += needs_braces ? fmt::format("{}={{{}}};", keyword, written) : fmt::format("{}={};", keyword, written);
  }
  return out;
}

}  // namespace hookc::odbc
