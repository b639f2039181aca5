// What ODBC's types, states and drivers' error numbers mean.
#pragma once

#include <string>
#include <string_view>

#include "compiler/sql/dialect.h"
#include "runtime/adapter.h"
#include "runtime/adapters/odbc_api.h"

namespace hookc::odbc {

std::u16string to_wide(std::string_view utf8);
/// Halves of a pair that stand alone become U+FFFD.
std::string to_utf8(std::u16string_view wide);

ColumnKind kind_of(std::int16_t type);
/// The text that a driver gives for a value of the type. Numbers that do not fit a 64-bit integer are decimals.
Cell cell_of(std::string text, std::int16_t type);
std::string timestamp_text(const Timestamp& value);

/// One record of a diagnosis.
struct Problem {
  std::string state;       // SQLSTATE
  std::int32_t native = 0;  // the database's own number
  std::string message;     // without the names of driver and vendor before it
};

/// The class and the remedy of a problem. The database's own number tells more than the state where the dialect has a table of them: the SQLite driver gives
/// HY000 for everything, and 42000 is both a syntax error and a missing privilege.
AdapterError error_of(const Problem& problem, sql::Dialect dialect);
/// `[vendor][driver]text` as `text`, and without what psqlODBC wraps around the server's words.
std::string plain_message(std::string_view message);

}  // namespace hookc::odbc
