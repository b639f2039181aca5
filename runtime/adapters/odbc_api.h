// OdbcApi: the part of ODBC that hookc uses, and the driver manager (unixODBC) that provides it.
//
// hookc declares these functions itself, so that it is built without unixODBC and starts without it: the library is opened when the first session is. The functions that
// take text are those of UTF-16 (`..W`), since the others depend on the locale of the process; a driver that has only those gets its statements as UTF-8, through `Narrow`.
// Source: Microsoft's ODBC programmer's reference, version 3.8; unixODBC's SQLWCHAR has two bytes, its SQLLEN those of a pointer.
#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "runtime/adapter.h"

namespace hookc::odbc {

using Handle = void*;
using Return = std::int16_t;
using Length = std::int64_t;  // SQLLEN
using Wide = char16_t;        // SQLWCHAR
using Narrow = char;          // SQLCHAR

enum ReturnCode : Return { kSuccess = 0, kSuccessWithInfo = 1, kNoData = 100 };
constexpr bool is_success(Return code) { return code == kSuccess || code == kSuccessWithInfo; }

enum HandleType : std::int16_t { kEnvironment = 1, kConnection = 2, kStatement = 3 };
enum EnvironmentAttribute : std::int32_t { kOdbcVersion = 200 };
enum ConnectionAttribute : std::int32_t { kAutocommit = 102, kLoginTimeout = 103, kConnectionDead = 1209 };
enum StatementAttribute : std::int32_t { kQueryTimeout = 0 };
enum Completion : std::int16_t { kCommit = 0, kRollback = 1 };
enum Info : std::uint16_t { kDbmsName = 17, kDbmsVersion = 18, kTransactionCapable = 46 };
enum TransactionCapability : std::uint16_t { kNoTransactions = 0, kTransactionsOfAll = 2 };
enum ColumnAttribute : std::uint16_t { kTypeName = 14 };

/// What a column holds: the numbers of ODBC, and those of SQL Server's own types.
enum SqlType : std::int16_t {
  kChar = 1, kNumeric = 2, kDecimal = 3, kInteger = 4, kSmallInt = 5, kFloat = 6, kReal = 7, kDouble = 8, kVarchar = 12, kDate = 91, kTime = 92, kTimestamp = 93,
  kBigInt = -5, kTinyInt = -6, kBit = -7, kTimestampOffset = -155
};
/// What a value is fetched as.
enum CType : std::int16_t { kAsNarrow = 1, kAsDouble = 8, kAsTimestamp = 93, kAsWide = -8 };

inline constexpr Length kNullData = -1;
inline constexpr Length kNoTotal = -4;
inline constexpr std::int16_t kNullTerminated = -3;

struct Timestamp {
  std::int16_t year;
  std::uint16_t month;
  std::uint16_t day;
  std::uint16_t hour;
  std::uint16_t minute;
  std::uint16_t second;
  std::uint32_t nanoseconds;
};

struct Api {
  Return (*alloc_handle)(std::int16_t type, Handle input, Handle* output);
  Return (*free_handle)(std::int16_t type, Handle);
  Return (*set_env_attr)(Handle environment, std::int32_t attribute, void* value, std::int32_t size);
  Return (*set_connect_attr)(Handle connection, std::int32_t attribute, void* value, std::int32_t size);
  Return (*get_connect_attr)(Handle connection, std::int32_t attribute, void* value, std::int32_t size, std::int32_t* actual);
  Return (*driver_connect)(Handle connection, Handle window, Wide* in, std::int16_t in_size, Wide* out, std::int16_t out_size, std::int16_t* actual, std::uint16_t completion);
  Return (*disconnect)(Handle connection);
  Return (*get_info)(Handle connection, std::uint16_t info, void* value, std::int16_t size, std::int16_t* actual);
  Return (*end_tran)(std::int16_t type, Handle, std::int16_t completion);
  Return (*set_stmt_attr)(Handle statement, std::int32_t attribute, void* value, std::int32_t size);
  Return (*exec_direct)(Handle statement, Wide* sql, std::int32_t size);
  Return (*exec_direct_narrow)(Handle statement, Narrow* sql, std::int32_t size);
  Return (*num_result_cols)(Handle statement, std::int16_t* columns);
  Return (*describe_col)(Handle statement, std::uint16_t column, Wide* name, std::int16_t name_size, std::int16_t* actual, std::int16_t* type, std::uint64_t* size,
                         std::int16_t* digits, std::int16_t* nullable);
  Return (*describe_col_narrow)(Handle statement, std::uint16_t column, Narrow* name, std::int16_t name_size, std::int16_t* actual, std::int16_t* type, std::uint64_t* size,
                                std::int16_t* digits, std::int16_t* nullable);
  Return (*col_attribute)(Handle statement, std::uint16_t column, std::uint16_t field, void* text, std::int16_t size, std::int16_t* actual, Length* number);
  Return (*fetch)(Handle statement);
  Return (*get_data)(Handle statement, std::uint16_t column, std::int16_t type, void* value, Length size, Length* actual);
  Return (*row_count)(Handle statement, Length* rows);
  Return (*more_results)(Handle statement);
  Return (*close_cursor)(Handle statement, std::uint16_t option);  // SQLFreeStmt with SQL_CLOSE (0): no error where no cursor is open
  Return (*get_diag_rec)(std::int16_t type, Handle, std::int16_t record, Wide* state, std::int32_t* native, Wide* text, std::int16_t size, std::int16_t* actual);
  Return (*cancel)(Handle statement);
};

using ApiOrError = std::variant<std::shared_ptr<const Api>, AdapterError>;

/// Opens the driver manager: HOOKC_ODBC_LIBRARY, else the system's libodbc.so.2.
ApiOrError load_library();

}  // namespace hookc::odbc
