#include "runtime/adapters/odbc_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "compiler/value/unicode.h"
#include "runtime/adapters/postgres_values.h"
#include "runtime/adapters/timestamps.h"

namespace hookc::odbc {

namespace {

using Kind = AdapterError::Kind;
using sql::Dialect;

struct NativeRow {
  Dialect dialect;
  std::int32_t native;
  std::string_view words;  // that the message must hold; empty: any
  Kind kind;
  std::string_view help = {};
};

constexpr std::string_view kGrantIt = "grant the privilege to the user of the target, or use another user";

/// The first row that fits.
constexpr NativeRow kNatives[] = {
    // Source: MariaDB's documentation, "MariaDB Error Code Reference". Those that the state tells already are left out.
    {Dialect::MySql, 1007, "", Kind::Exists},                // a database
    {Dialect::MySql, 1008, "", Kind::Missing},               // a database to drop
    {Dialect::MySql, 1049, "", Kind::Missing},               // a database to use
    {Dialect::MySql, 1044, "", Kind::Permission, kGrantIt},  // no access to a database
    {Dialect::MySql, 1061, "", Kind::Exists},                // an index
    {Dialect::MySql, 1091, "", Kind::Missing},               // a column or an index to drop
    {Dialect::MySql, 1142, "", Kind::Permission, kGrantIt},
    {Dialect::MySql, 1143, "", Kind::Permission, kGrantIt},
    {Dialect::MySql, 1205, "", Kind::Conflict, "another session holds a lock on it"},
    {Dialect::MySql, 1213, "", Kind::Conflict, "two sessions waited for each other"},
    {Dialect::MySql, 1227, "", Kind::Permission, kGrantIt},
    {Dialect::MySql, 1290, "", Kind::Permission, "the server is read-only, or started with an option that forbids it"},
    {Dialect::MySql, 1304, "", Kind::Exists},                // a procedure or function
    {Dialect::MySql, 1305, "", Kind::Missing},               // a procedure or function
    {Dialect::MySql, 1317, "", Kind::Interrupted},
    {Dialect::MySql, 1370, "", Kind::Permission, kGrantIt},
    {Dialect::MySql, 1396, "", Kind::Other, "the user or role is there already, or is not there"},
    {Dialect::MySql, 1690, "", Kind::Other},
    {Dialect::MySql, 1792, "", Kind::Permission, "the transaction is read-only"},
    {Dialect::MySql, 1969, "", Kind::Interrupted, "the server's `max_statement_time` is over"},
    {Dialect::MySql, 2006, "", Kind::Connection, "the connection was lost"},
    {Dialect::MySql, 2013, "", Kind::Connection, "the connection was lost"},
    {Dialect::MySql, 4025, "", Kind::Constraint},            // a check
    // Source: SQLite's documentation, "Result and Error Codes"; the driver passes on the number, and not much more.
    {Dialect::Sqlite, 1, "syntax error", Kind::Syntax},
    {Dialect::Sqlite, 1, "unrecognized token", Kind::Syntax},
    {Dialect::Sqlite, 1, "incomplete input", Kind::Syntax},
    {Dialect::Sqlite, 1, "no such", Kind::Missing},
    {Dialect::Sqlite, 1, "unknown database", Kind::Missing},
    {Dialect::Sqlite, 1, "already exists", Kind::Exists},
    {Dialect::Sqlite, 1, "duplicate column name", Kind::Exists},
    {Dialect::Sqlite, 1, "one SQL statement", Kind::Unsupported},
    {Dialect::Sqlite, 3, "", Kind::Permission, "the file cannot be read or written by this user"},
    {Dialect::Sqlite, 5, "", Kind::Conflict, "another process or session is writing to the file"},
    {Dialect::Sqlite, 6, "", Kind::Conflict, "another session of this process has the table locked"},
    {Dialect::Sqlite, 8, "", Kind::Permission, "the file, or its folder, cannot be written"},
    {Dialect::Sqlite, 9, "", Kind::Interrupted},
    {Dialect::Sqlite, 13, "", Kind::Other, "the disk is full"},
    {Dialect::Sqlite, 14, "", Kind::Connection, "the file cannot be opened or made"},
    {Dialect::Sqlite, 19, "", Kind::Constraint},
    {Dialect::Sqlite, 23, "", Kind::Permission},
    {Dialect::Sqlite, 26, "", Kind::Connection, "the file is not a SQLite database"},
    // Source: Microsoft's documentation, "Database Engine events and errors".
    {Dialect::SqlServer, 207, "", Kind::Missing},
    {Dialect::SqlServer, 208, "", Kind::Missing},
    {Dialect::SqlServer, 229, "", Kind::Permission, kGrantIt},
    {Dialect::SqlServer, 230, "", Kind::Permission, kGrantIt},
    {Dialect::SqlServer, 262, "", Kind::Permission, kGrantIt},
    {Dialect::SqlServer, 297, "", Kind::Permission, kGrantIt},
    {Dialect::SqlServer, 300, "", Kind::Permission, kGrantIt},
    {Dialect::SqlServer, 1205, "", Kind::Conflict, "two sessions waited for each other"},
    {Dialect::SqlServer, 1222, "", Kind::Conflict, "another session holds a lock on it"},
    {Dialect::SqlServer, 1913, "", Kind::Exists},            // an index
    {Dialect::SqlServer, 2705, "", Kind::Exists},            // a column
    {Dialect::SqlServer, 2714, "", Kind::Exists},
    {Dialect::SqlServer, 2760, "", Kind::Missing},           // a schema, or no permission to use it
    {Dialect::SqlServer, 2812, "", Kind::Missing},           // a procedure
    {Dialect::SqlServer, 3701, "", Kind::Missing},           // something to drop, or no permission to drop it
    {Dialect::SqlServer, 3960, "", Kind::Conflict, "the snapshot was changed by another session"},
    {Dialect::SqlServer, 4902, "", Kind::Missing},
    {Dialect::SqlServer, 15151, "", Kind::Missing},
    // Source: Snowflake's documentation of its error messages.
    {Dialect::Snowflake, 604, "", Kind::Interrupted},
    {Dialect::Snowflake, 625, "", Kind::Conflict, "another session holds a lock on it"},
    {Dialect::Snowflake, 1003, "", Kind::Syntax},
    {Dialect::Snowflake, 2002, "", Kind::Exists},
    {Dialect::Snowflake, 2003, "", Kind::Missing, "it is not there, or the role of the target may not see it"},
    {Dialect::Snowflake, 2043, "", Kind::Missing, "it is not there, or the role of the target may not see it"},
    {Dialect::Snowflake, 3001, "", Kind::Permission, kGrantIt},
};

struct StateRow {
  std::string_view prefix;
  Kind kind;
  std::string_view help = {};
};

/// The states of ODBC, and of standard SQL. The first row whose prefix fits. Source: the ODBC programmer's reference, appendix A.
constexpr StateRow kStates[] = {
    {"IM002", Kind::Connection, "`odbcinst -q -d` lists the drivers and `odbcinst -q -s` the data sources that are installed"},
    {"IM003", Kind::Connection, "the driver's library cannot be loaded: `odbcinst -q -d -n NAME` says which file it is"},
    {"IM", Kind::Connection, ""},
    {"HYT00", Kind::Interrupted, ""},
    {"HYT01", Kind::Connection, "the server did not answer in time"},
    {"HY008", Kind::Interrupted, ""},
    {"HY018", Kind::Interrupted, ""},
    {"70100", Kind::Interrupted, ""},
    {"HYC00", Kind::Unsupported, ""},
    {"08", Kind::Connection, "the connection was lost, or was never made"},
    {"28", Kind::Connection, "check the user and the password of the target"},
    {"23", Kind::Constraint, ""},
    {"40002", Kind::Constraint, ""},
    {"40003", Kind::Connection, "the connection was lost before the answer: the statement may have been done"},
    {"40", Kind::Conflict, ""},
    {"42S01", Kind::Exists, ""},
    {"42S02", Kind::Missing, ""},
    {"42S11", Kind::Exists, ""},
    {"42S12", Kind::Missing, ""},
    {"42S21", Kind::Exists, ""},
    {"42S22", Kind::Missing, ""},
    {"25006", Kind::Permission, "the database or the transaction is read-only"},
    {"25S", Kind::Connection, "the state of the transaction is not known"},
    {"0A", Kind::Unsupported, ""},
};

bool contains(std::string_view text, std::string_view words) { return text.find(words) != std::string_view::npos; }

/// 42000 is "syntax error or access violation": only the words tell which.
bool is_about_privileges(std::string_view message) {
  std::string lower;
  std::ranges::transform(message, std::back_inserter(lower), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::ranges::any_of(std::initializer_list<std::string_view>{"denied", "permission", "privilege", "not authorized", "unauthorized"},
                             [&](std::string_view word) { return contains(lower, word); });
}

void classify(AdapterError& error, const Problem& problem, Dialect dialect) {
  const auto* const native = std::find_if(std::begin(kNatives), std::end(kNatives), [&](const NativeRow& row) {
    return row.dialect == dialect && row.native == problem.native && contains(problem.message, row.words);
  });
  if (native != std::end(kNatives)) {
    error.kind = native->kind;
    error.help = native->help;
    return;
  }
  const auto* const state = std::find_if(std::begin(kStates), std::end(kStates), [&](const StateRow& row) { return problem.state.starts_with(row.prefix); });
  if (state != std::end(kStates)) {
    error.kind = state->kind;
    error.help = state->help;
    return;
  }
  if (dialect == Dialect::Postgres || dialect == Dialect::Redshift) {
    error.kind = postgres::kind_of(problem.state);
    error.help = postgres::help_of(problem.state);
  } else if (problem.state == "42501" || (problem.state.starts_with("42") && is_about_privileges(problem.message))) {
    error.kind = Kind::Permission;
    error.help = kGrantIt;
  } else if (problem.state.starts_with("42") || problem.state.starts_with("37")) {
    error.kind = Kind::Syntax;
  }
}

}  // namespace

std::u16string to_wide(std::string_view utf8) {
  std::u16string wide;
  wide.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const unicode::CodePoint point = unicode::decode(utf8, at);
    at += point.size;
    if (point.value >= 0x10000) {
      wide += static_cast<char16_t>(0xD800 + ((point.value - 0x10000) >> 10U));
      wide += static_cast<char16_t>(0xDC00 + ((point.value - 0x10000) & 0x3FFU));
    } else {
      wide += static_cast<char16_t>(point.value);
    }
  }
  return wide;
}

std::string to_utf8(std::u16string_view wide) {
  std::string out;
  out.reserve(wide.size());
  for (std::size_t i = 0; i < wide.size(); ++i) {
    char32_t point = wide[i];
    if (point >= 0xD800 && point < 0xE000) {
      const bool is_pair = point < 0xDC00 && i + 1 < wide.size() && wide[i + 1] >= 0xDC00 && wide[i + 1] < 0xE000;
      point = is_pair ? 0x10000 + ((point - 0xD800) << 10U) + (wide[++i] - 0xDC00U) : 0xFFFD;
    }
    unicode::encode(out, point);
  }
  return out;
}

ColumnKind kind_of(std::int16_t type) {
  switch (type) {
    case kBit: return ColumnKind::Boolean;
    case kTinyInt:
    case kSmallInt:
    case kInteger:
    case kBigInt: return ColumnKind::Integer;
    case kNumeric:
    case kDecimal:
    case kFloat:
    case kReal:
    case kDouble: return ColumnKind::Number;
    case kDate: return ColumnKind::Date;
    case kTimestamp:
    case kTimestampOffset: return ColumnKind::DateTime;
    default: return ColumnKind::Text;
  }
}

Cell cell_of(std::string text, std::int16_t type) {
  switch (type) {
    case kBit: return text == "1" || text == "t" || text == "true";
    case kTinyInt:
    case kSmallInt:
    case kInteger:
    case kBigInt: {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error == std::errc{} && end == text.data() + text.size()) return number;
      if (error == std::errc::result_out_of_range) return Decimal{std::move(text)};
      break;
    }
    case kNumeric:
    case kDecimal:
      // Some drivers leave out the zero before the point.
      if (text.starts_with('.')) text.insert(0, "0");
      if (text.starts_with("-.")) text.insert(1, "0");
      return Decimal{std::move(text)};
    case kTimestamp:
    case kTimestampOffset: return python_timestamp(text);
    default: break;
  }
  return text;
}

std::string timestamp_text(const Timestamp& value) {
  std::string text = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", value.year, value.month, value.day, value.hour, value.minute, value.second);
  if (const std::uint32_t micros = value.nanoseconds / 1000; micros != 0) text += fmt::format(".{:06}", micros);
  return text;
}

std::string plain_message(std::string_view message) {
  while (message.starts_with('[')) {
    const std::size_t end = message.find(']');
    if (end == std::string_view::npos) break;
    message.remove_prefix(end + 1);
  }
  message.remove_prefix(std::min(message.find_first_not_of(' '), message.size()));
  constexpr std::string_view kBefore = "ERROR: ";
  constexpr std::string_view kAfter = ";\nError while executing the query";
  if (message.starts_with(kBefore)) message.remove_prefix(kBefore.size());
  if (message.ends_with(kAfter)) message.remove_suffix(kAfter.size());
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.remove_suffix(1);
  return std::string{message};
}

AdapterError error_of(const Problem& problem, Dialect dialect) {
  AdapterError error;
  error.code = problem.state;
  error.message = problem.message.empty() ? std::string{"the driver gave no reason"} : problem.message;
  classify(error, problem, dialect);
  return error;
}

}  // namespace hookc::odbc
