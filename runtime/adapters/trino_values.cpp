#include "runtime/adapters/trino_values.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "runtime/adapters/timestamps.h"

namespace hookc::trino {

namespace {

using Json = nlohmann::json;
using Kind = AdapterError::Kind;

/// `timestamp(6) with time zone` as `timestamp with time zone`.
std::string without_parameters(std::string_view type) {
  std::string out;
  int depth = 0;
  for (const char c : type) {
    if (c == '(') ++depth;
    if (depth == 0) out += c;
    if (c == ')') --depth;
  }
  return out;
}

struct TypeRow {
  std::string_view name;
  ColumnKind kind;
};
/// Source: Trino's documentation, "Data types". All others are texts.
constexpr TypeRow kTypes[] = {
    {"boolean", ColumnKind::Boolean}, {"tinyint", ColumnKind::Integer},    {"smallint", ColumnKind::Integer},  {"integer", ColumnKind::Integer},
    {"bigint", ColumnKind::Integer},  {"real", ColumnKind::Number},        {"double", ColumnKind::Number},     {"decimal", ColumnKind::Number},
    {"date", ColumnKind::Date},       {"timestamp", ColumnKind::DateTime}, {"timestamp with time zone", ColumnKind::DateTime},
};

struct ErrorRow {
  std::string_view name;  // what the error's name begins or ends with
  Kind kind;
  std::string_view help = {};
};
constexpr std::string_view kBusy = "the cluster was busy; it may succeed later";
/// The first row that fits. Source: Trino's StandardErrorCode, and the connectors' own codes.
constexpr ErrorRow kErrors[] = {
    {"SYNTAX_ERROR", Kind::Syntax},
    {"PERMISSION_DENIED", Kind::Permission, "grant the privilege to the user of the target, or use another user or role"},
    {"INVALID_CREDENTIALS", Kind::Connection, "check `user` and `password` of the target"},
    {"USER_CANCELED", Kind::Interrupted},
    {"ADMINISTRATIVELY_KILLED", Kind::Interrupted, "an administrator has ended the query"},
    {"EXCEEDED_TIME_LIMIT", Kind::Interrupted, "the server's limit of a query's time is over"},
    {"ABANDONED_QUERY", Kind::Interrupted},
    {"QUERY_QUEUE_FULL", Kind::Conflict, kBusy},
    {"CLUSTER_OUT_OF_MEMORY", Kind::Conflict, kBusy},
    {"NO_NODES_AVAILABLE", Kind::Conflict, kBusy},
    {"TRANSACTION_CONFLICT", Kind::Conflict},
    {"_COMMIT_ERROR", Kind::Conflict, "another session has changed the table"},
    {"SERVER_SHUTTING_DOWN", Kind::Connection, "the server is shutting down"},
    {"SERVER_STARTING_UP", Kind::Connection, "the server is starting"},
    {"REMOTE_HOST_GONE", Kind::Connection, "a worker of the cluster was lost"},
    {"REMOTE_TASK_ERROR", Kind::Connection, "a worker of the cluster was lost"},
    {"PAGE_TRANSPORT_", Kind::Connection, "a worker of the cluster did not answer"},
    {"CONSTRAINT_VIOLATION", Kind::Constraint},
    {"AUTOCOMMIT_WRITE_CONFLICT", Kind::Unsupported, "the connector writes outside of transactions only"},
    {"MULTI_CATALOG_WRITE_CONFLICT", Kind::Unsupported},
    {"NOT_SUPPORTED", Kind::Unsupported},
    {"NOT_FOUND", Kind::Missing},  // TABLE_NOT_FOUND and all its kin
    {"MISSING_", Kind::Missing},
    {"ALREADY_EXISTS", Kind::Exists},
};

/// The byte of a place that is counted in lines and characters, both from 1.
std::optional<std::uint32_t> offset_of(std::string_view sql, std::uint64_t line, std::uint64_t column) {
  std::size_t at = 0;
  for (; line > 1; --line) {
    at = sql.find('\n', at);
    if (at == std::string_view::npos) return std::nullopt;
    ++at;
  }
  for (; column > 1 && at < sql.size(); --column) {
    ++at;
    while (at < sql.size() && (static_cast<unsigned char>(sql[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at < sql.size() ? std::optional{static_cast<std::uint32_t>(at)} : std::nullopt;
}

double number_of(const Json& value) {
  if (value.is_number()) return value.get<double>();
  const std::string text = value.is_string() ? value.get<std::string>() : std::string{};
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

ResultColumn column_of(std::string name, std::string type) {
  const std::string plain = without_parameters(type);
  const auto* const row = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeRow& each) { return each.name == plain; });
  return {std::move(name), std::move(type), row == std::end(kTypes) ? ColumnKind::Text : row->kind};
}

Cell cell_of(const Json& value, std::string_view type) {
  if (value.is_null()) return std::monostate{};
  const std::string plain = without_parameters(type);
  if (value.is_boolean()) return value.get<bool>();
  if (plain == "real" || plain == "double") return number_of(value);
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string text = value.get<std::string>();
  if (plain == "decimal") return Decimal{std::move(text)};
  if (plain.starts_with("timestamp")) return python_timestamp(text);
  return text;
}

AdapterError error_of(const Json& error, std::string_view sql) {
  AdapterError made;
  made.code = error.value("errorName", "");
  made.message = error.value("message", "the server gave no reason");
  const std::string type = error.value("errorType", "");
  const auto* const row =
      std::find_if(std::begin(kErrors), std::end(kErrors), [&](const ErrorRow& each) { return made.code.starts_with(each.name) || made.code.ends_with(each.name); });
  if (row != std::end(kErrors)) {
    made.kind = row->kind;
    made.help = row->help;
  } else if (type == "INSUFFICIENT_RESOURCES") {
    made.help = "the query took more than the cluster gives it";
  }
  if (const auto location = error.find("errorLocation"); location != error.end() && location->is_object()) {
    const std::uint64_t line = location->value("lineNumber", std::uint64_t{0});
    made.position = offset_of(sql, line, location->value("columnNumber", std::uint64_t{0}));
    // The server writes the place, in the text that it was sent, before its words.
    if (const std::size_t end = made.message.find(": "); made.message.starts_with("line ") && end != std::string::npos) made.message.erase(0, end + 2);
  }
  return made;
}

}  // namespace hookc::trino
