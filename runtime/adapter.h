// Adapter: one open session with a database, as the interpreter needs it: send SQL, begin and end a transaction, be interrupted.
//
// An adapter knows nothing of hooks, templates or projects. It says what the database can do (`capabilities`) and never does less in
// silence. Failures come back as values: no exception crosses this boundary. One session belongs to one thread, `interrupt` excepted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/sql/dialect.h"
#include "compiler/value/value.h"

namespace hookc {

struct AdapterError {
  enum class Kind : std::uint8_t {
    Connection,  // no session: the library, the file, the server
    Syntax,      // the database does not understand the text
    Missing,     // a table, column, function or schema that is not there
    Exists,      // something that is there already
    Constraint,  // a rule of the data: a key, a check, not null
    Permission,  // the session's role may not do it
    Conflict,    // another session changed or holds the same; may succeed when repeated
    Interrupted,
    Unsupported,  // understood, and the database (or hookc) cannot do it
    Other
  };
  Kind kind = Kind::Other;
  std::string message;                    // the database's own words, or ours
  std::string code;                       // the database's class of the error: `Catalog`, an SQLSTATE
  std::optional<std::uint32_t> position;  // byte offset in the text that was sent
  std::string help;                       // the remedy, where one is known
  bool rolled_back = false;               // a transaction was open and is undone
  std::string query_id = {};              // the database's own name of the statement; empty where it gives none
  bool is_unanswered = false;             // the statement was sent and its answer never came: it may have taken effect, or still run
};
/// An error in our own words: without a code and a position.
AdapterError adapter_error(AdapterError::Kind kind, std::string message, std::string help = {});
/// SQL with a NUL byte. Most interfaces take texts that end at the first one, and drop what follows it in silence.
std::optional<AdapterError> find_nul_byte(std::string_view sql);
/// The text with every secret replaced by `***`.
std::string without_secrets(std::string text, const std::vector<std::string>& secrets);
std::string_view name_of(AdapterError::Kind kind);
/// The same statement may succeed when it is sent again: a conflict with another session, a session that was lost.
bool is_transient(AdapterError::Kind kind);
/// The message with its code and remedy, for people; no newline at the end.
std::string describe(const AdapterError& error);

/// A decimal number with the digits that the database gave.
struct Decimal {
  std::string digits;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};
/// One value of a result; monostate is NULL. Dates and times are texts as Python's `str` writes them, times with a zone in UTC;
/// lists, structs and maps are texts.
using Cell = std::variant<std::monostate, bool, std::int64_t, double, Decimal, std::string>;
/// The cell as plain text; NULL is nothing.
std::optional<std::string> to_text(const Cell& cell);

/// What a column holds, in the words of the tables that templates see (agate's).
enum class ColumnKind : std::uint8_t { Boolean, Integer, Number, Text, Date, DateTime };
std::string_view name_of(ColumnKind kind);
/// What Jinja sees of a cell of a column of this kind, as dbt hands it over: a number that is no integer is a decimal, also one that the database computes with as a float.
/// `position` is of the bytes of a text. Source: dbt-core 1.12, agate_helper.py; agate 1.9, data_types/number.py.
Value to_value(const Cell& cell, ColumnKind kind, Position position);

struct ResultColumn {
  std::string name;
  std::string type;  // the database's name of it
  ColumnKind kind = ColumnKind::Text;
};

struct ResultSet {
  std::vector<ResultColumn> columns;  // empty when the rows were not asked for
  std::vector<std::vector<Cell>> rows;
  std::uint64_t rows_affected = 0;  // by INSERT, UPDATE, DELETE, MERGE, COPY; 0 for all else
  std::string query_id = {};        // the database's own name of the statement; empty where it gives none
};
using Result = std::variant<ResultSet, AdapterError>;

/// How much of a result is kept for a template; more is an error, not a process that grows until it is killed.
inline constexpr std::size_t kMaxResultBytes = std::size_t{256} << 20U;
/// What a row takes in memory.
std::size_t memory_of(const std::vector<Cell>& row);
AdapterError result_too_large(std::size_t rows);

struct Capabilities {
  bool transactions = false;
  bool ddl_in_transaction = false;  // and it is undone with it
  bool privileges = false;          // GRANT and REVOKE
  bool multi_statement = false;     // several statements in one text
  bool comments = false;            // COMMENT ON a table or column
};

enum class Fetch : std::uint8_t { Rows, Nothing };

class Adapter {
 public:
  Adapter() = default;
  Adapter(const Adapter&) = delete;
  Adapter& operator=(const Adapter&) = delete;
  virtual ~Adapter() = default;

  /// The adapter type as profiles.yml names it.
  [[nodiscard]] virtual std::string_view type() const = 0;
  [[nodiscard]] virtual sql::Dialect dialect() const = 0;
  [[nodiscard]] virtual Capabilities capabilities() const = 0;
  /// The database and its version, for people and for records of runs.
  [[nodiscard]] virtual std::string version() const = 0;

  /// Sends a text of one or more statements; of several, the last one's result comes back. When it fails, an open transaction is rolled back.
  virtual Result execute(std::string_view sql, Fetch fetch) = 0;
  virtual std::optional<AdapterError> begin() = 0;
  /// Fails, and undoes the transaction, when any of its statements had failed.
  virtual std::optional<AdapterError> commit() = 0;
  virtual std::optional<AdapterError> rollback() = 0;
  /// Between `begin` and the end of that transaction. What the texts of `execute` begin and end themselves is not counted.
  [[nodiscard]] virtual bool in_transaction() const = 0;
  virtual std::optional<AdapterError> ensure_schema(std::string_view schema) = 0;
  /// Holds a lock of this name for the session, in a database that has such locks; fails when another session keeps it.
  virtual std::optional<AdapterError> lock(std::string_view name) {
    static_cast<void>(name);
    return std::nullopt;
  }
  /// After an error of kind Connection: opens the session anew, and takes the lock again that the lost one held. All else that was in that one is gone.
  virtual std::optional<AdapterError> reconnect() { return adapter_error(AdapterError::Kind::Unsupported, "sessions of this database cannot be opened anew"); }

  /// What is done once for each text that is sent, while the database works on it; just before, where the library has no moment between sending and waiting. It does not throw.
  void set_meanwhile(std::function<void()> work) { meanwhile_ = std::move(work); }

  /// Ends the statement that runs, with an error of kind Interrupted. May be called from another thread; no effect while idle.
  virtual void interrupt() noexcept = 0;

 protected:
  /// For `execute`.
  void meanwhile() const {
    if (meanwhile_) meanwhile_();
  }

 private:
  std::function<void()> meanwhile_;
};

/// `name` as a quoted identifier, and `text` as a string literal, of standard SQL.
std::string quote_name(std::string_view name);
std::string quote_literal(std::string_view text);
/// The same in the quotes of a dialect, and with its backslashes.
std::string quote_name(std::string_view name, sql::Dialect dialect);
std::string quote_literal(std::string_view text, sql::Dialect dialect);

/// What opening a session needs beside the target's own fields.
struct AdapterOptions {
  /// Of hookc.yml's `duckdb-library`: the library to load.
  std::optional<std::filesystem::path> duckdb_library;
  /// What a relative path of a database file starts at; nothing: the working directory.
  std::optional<std::filesystem::path> base_directory;
};

using AdapterOrError = std::variant<std::unique_ptr<Adapter>, AdapterError>;

}  // namespace hookc
