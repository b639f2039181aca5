// The settings of an ODBC session: from the fields of a target to a connection string.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/project/project.h"
#include "compiler/sql/dialect.h"
#include "runtime/adapter.h"

namespace hookc::odbc {

struct Settings {
  std::vector<std::pair<std::string, std::string>> keywords;  // in order, `DRIVER` or `DSN` first; secrets among them
  std::vector<std::string> secrets;                           // values that no message may show
  std::vector<std::string> first_statements;                  // sent once the session is open: ATTACH
  std::string shown;                                          // `sqlserver://db.example.com:1433/sales`, for messages
  std::chrono::seconds connect_timeout{15};
  std::optional<std::chrono::seconds> query_timeout;
};

/// The usual driver of an adapter type; empty when there is none.
std::string_view usual_driver(std::string_view adapter_type);

/// Reads `driver` or `dsn`, the fields that the type's dbt adapter has (dbt-sqlserver, dbt-mysql, dbt-sqlite, dbt-snowflake, dbt-databricks, dbt-spark with `method: odbc`), and
/// `odbc`, a mapping of the driver's own keywords, which wins. `connect_timeout` or `login_timeout`, and `query_timeout`, are in seconds.
std::variant<Settings, AdapterError> read_settings(const Target& target, const AdapterOptions& options);

/// The connection string; values with special characters are in braces.
std::string connection_string(const Settings& settings);

}  // namespace hookc::odbc
