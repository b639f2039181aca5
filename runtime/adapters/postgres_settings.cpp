#include "runtime/adapters/postgres_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "runtime/adapters/target_fields.h"

namespace hookc::postgres {

namespace {

struct FieldRow {
  std::string_view field;
  std::string_view parameter;  // empty: handled apart
};

constexpr FieldRow kFields[] = {
    {"host", "host"},
    {"port", "port"},
    {"user", "user"},
    {"password", "password"},
    {"pass", "password"},
    {"dbname", "dbname"},
    {"database", "dbname"},
    {"connect_timeout", "connect_timeout"},
    {"keepalives_idle", "keepalives_idle"},
    {"sslmode", "sslmode"},
    {"sslcert", "sslcert"},
    {"sslkey", "sslkey"},
    {"sslrootcert", "sslrootcert"},
    {"application_name", "application_name"},
    {"service", "service"},
    {"passfile", "passfile"},
};

/// A value of libpq's `options`: blanks and backslashes are escaped.
std::string escaped_option(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

/// What goes to this host stays in the machine.
bool is_of_this_machine(std::string_view host) { return host.starts_with('/') || host.starts_with('@') || host == "localhost" || host.starts_with("127.") || host == "::1"; }

/// The certificates of authorities that the system trusts; nothing when libpq has a file of the user's own to look at, or none is known.
std::optional<std::string> system_authorities() {
  std::error_code error;
  if (const char* home = std::getenv("HOME"); home != nullptr && std::filesystem::exists(std::filesystem::path{home} / ".postgresql" / "root.crt", error)) return std::nullopt;
  if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr) return file;
  for (const char* file : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"}) {
    if (std::filesystem::exists(file, error)) return file;
  }
  return std::nullopt;
}

}  // namespace

std::variant<Settings, AdapterError> read_settings(const Target& target) {
  Settings settings;
  auto& parameters = settings.parameters;
  const auto has = [&](std::string_view name) { return std::ranges::any_of(parameters, [&](const auto& one) { return one.first == name; }); };
  const auto value_of = [&](std::string_view name) {
    const auto found = std::ranges::find(parameters, name, [](const auto& one) { return std::string_view{one.first}; });
    return found == parameters.end() ? std::string{} : found->second;
  };
  if (target.connection != nullptr) {
    for (const Dict::Entry& entry : target.connection->entries()) {
      const std::string_view field = text_of(entry.key).value_or("");
      if (entry.value.is<None>()) continue;
      const auto text = scalar_text(entry.value);
      const auto* const row = std::find_if(std::begin(kFields), std::end(kFields), [&](const FieldRow& each) { return each.field == field; });
      if (row != std::end(kFields)) {
        if (!text) return unfit_target(fmt::format("`{}` is not a plain value", field));
        // dbt's 0 leaves the system's own interval; libpq reads it the same way.
        if (!has(row->parameter)) parameters.emplace_back(row->parameter, *text);
      } else if (field == "role" && text) {
        settings.role = *text;
      } else if (field == "search_path" && text && !text->empty()) {
        parameters.emplace_back("options", "-c search_path=" + escaped_option(*text));
      } else if ((field == "method" && text && *text != "database") || field == "iam_profile") {
        return unfit_target(fmt::format("hookc does not have the `{}` way of signing in", field), "use a target with `user` and `password`");
      }
    }
  }
  const bool has_service = has("service");
  if (!has("host") && !has_service) return unfit_target("it has no `host`", "name the server's address, or the folder of its socket");
  if (!has("connect_timeout")) parameters.emplace_back("connect_timeout", "10");
  if (!has("application_name")) parameters.emplace_back("application_name", "hookc");
  parameters.emplace_back("client_encoding", "UTF8");
  if (!has("sslmode") && !has_service && std::getenv("PGSSLMODE") == nullptr && !is_of_this_machine(value_of("host"))) {
    settings.verifies_unasked = true;
    parameters.emplace_back("sslmode", "verify-full");
    if (!has("sslrootcert") && std::getenv("PGSSLROOTCERT") == nullptr) {
      if (auto file = system_authorities()) parameters.emplace_back("sslrootcert", std::move(*file));
    }
  }
  settings.shown = has_service ? fmt::format("service {}", value_of("service"))
                               : fmt::format("{}@{}:{}/{}", value_of("user"), value_of("host"), has("port") ? value_of("port") : "5432", value_of("dbname"));
  return settings;
}

}  // namespace hookc::postgres
