#include "runtime/adapters/postgres_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "runtime/adapters/timestamps.h"

namespace hookc::postgres {

namespace {

using Kind = AdapterError::Kind;

struct TypeRow {
  Oid oid;
  std::string_view name;
  ColumnKind kind;
};

/// Numbers of built-in types never change. Source: PostgreSQL 15, catalog pg_type.
constexpr TypeRow kTypes[] = {
    {16, "boolean", ColumnKind::Boolean},     {17, "bytea", ColumnKind::Text},
    {18, "char", ColumnKind::Text},           {19, "name", ColumnKind::Text},
    {20, "bigint", ColumnKind::Integer},      {21, "smallint", ColumnKind::Integer},
    {23, "integer", ColumnKind::Integer},     {25, "text", ColumnKind::Text},
    {26, "oid", ColumnKind::Integer},         {114, "json", ColumnKind::Text},
    {700, "real", ColumnKind::Number},        {701, "double precision", ColumnKind::Number},
    {1042, "character", ColumnKind::Text},    {1043, "character varying", ColumnKind::Text},
    {1082, "date", ColumnKind::Date},         {1083, "time without time zone", ColumnKind::Text},
    {1114, "timestamp without time zone", ColumnKind::DateTime},
    {1184, "timestamp with time zone", ColumnKind::DateTime},
    {1186, "interval", ColumnKind::Text},     {1266, "time with time zone", ColumnKind::Text},
    {1700, "numeric", ColumnKind::Number},    {2950, "uuid", ColumnKind::Text},
    {3802, "jsonb", ColumnKind::Text},
};

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct StateRow {
  std::string_view prefix;  // of the SQLSTATE
  Kind kind;
  std::string_view help;
};

/// The first row whose prefix fits.
constexpr StateRow kStates[] = {
    {"08", Kind::Connection, "the connection was lost"},
    {"57P01", Kind::Connection, "the server was shut down, or an administrator ended the session"},
    {"57P02", Kind::Connection, "the server crashed"},
    {"57P03", Kind::Connection, "the server is starting or shutting down"},
    {"53300", Kind::Connection, "the server takes no more sessions at the moment"},
    {"28P01", Kind::Connection, "check `user` and `password` of the target"},
    {"28", Kind::Connection, "check `user` of the target, and what the server lets in"},
    {"42601", Kind::Syntax, ""},
    {"42P01", Kind::Missing, ""},
    {"42703", Kind::Missing, ""},
    {"42883", Kind::Missing, ""},
    {"42704", Kind::Missing, ""},
    {"3D000", Kind::Missing, ""},
    {"3F000", Kind::Missing, ""},
    {"42P06", Kind::Exists, ""},
    {"42P07", Kind::Exists, ""},
    {"42710", Kind::Exists, ""},
    {"42701", Kind::Exists, ""},
    {"42723", Kind::Exists, ""},
    {"42P04", Kind::Exists, ""},
    {"42501", Kind::Permission, "grant the privilege to the role of the target, or use another role"},
    {"25006", Kind::Permission, "the database or the transaction is read-only"},
    {"23", Kind::Constraint, ""},
    {"40001", Kind::Conflict, ""},
    {"40P01", Kind::Conflict, "two sessions waited for each other"},
    {"55P03", Kind::Conflict, "another session holds a lock on it"},
    {"57014", Kind::Interrupted, ""},
    {"0A000", Kind::Unsupported, ""},
    {"25001", Kind::Unsupported, "the statement cannot be part of a transaction: give the hook `transaction: false`, and let it hold this statement alone"},
    {"53100", Kind::Other, "the server's disk is full"},
    {"42", Kind::Syntax, ""},
};

const StateRow* find_state(std::string_view sqlstate) {
  const auto* const row = std::find_if(std::begin(kStates), std::end(kStates), [&](const StateRow& each) { return sqlstate.starts_with(each.prefix); });
  return row == std::end(kStates) ? nullptr : row;
}

}  // namespace

ResultColumn column_of(std::string name, Oid type) {
  const auto* const row = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeRow& each) { return each.oid == type; });
  if (row == std::end(kTypes)) return {std::move(name), fmt::format("type {}", type), ColumnKind::Text};
  return {std::move(name), std::string{row->name}, row->kind};
}

Cell cell_of(std::string_view text, Oid type) {
  switch (type) {
    case 16: return text == "t";
    case 20:
    case 21:
    case 23:
    case 26:
      if (const auto value = number<std::int64_t>(text)) return *value;
      break;
    case 700:
    case 701:
      if (const auto value = number<double>(text)) return *value;  // NaN and Infinity among them
      break;
    case 1700: return Decimal{std::string{text}};
    case 1114:
    case 1184: return python_timestamp(text);
    default: break;
  }
  return std::string{text};
}

Kind kind_of(std::string_view sqlstate) {
  const StateRow* row = find_state(sqlstate);
  return row == nullptr ? Kind::Other : row->kind;
}

std::string help_of(std::string_view sqlstate) {
  const StateRow* row = find_state(sqlstate);
  return row == nullptr ? std::string{} : std::string{row->help};
}

std::optional<std::uint32_t> byte_offset(std::string_view text, std::string_view characters) {
  const auto wanted = number<std::uint32_t>(characters);
  if (!wanted || *wanted == 0) return std::nullopt;
  std::uint32_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
    if (begins && ++seen == *wanted) return static_cast<std::uint32_t>(i);
  }
  return std::nullopt;
}

}  // namespace hookc::postgres
