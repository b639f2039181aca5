// The databases that the tests of adapters run on: one named by HOOKC_TEST_ADAPTER, fresh for each test.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/project/project.h"
#include "runtime/adapter.h"

namespace hookc {

/// What this process tests: `duckdb`, `postgres`, `odbc-mariadb`, `odbc-postgres`, `odbc-sqlite`, `trino`.
std::string tested_adapter();

enum class Product : std::uint8_t { DuckDb, Postgres, MariaDb, Sqlite, Trino };
/// The database behind the adapter.
Product tested_product();
bool is(Product product);
bool is_over_odbc();

/// A database without tables: a file, or a schema of the test server's database; gone at the end of its test.
class TestDatabase {
 public:
  TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  ~TestDatabase();

  /// A new session; on PostgreSQL with the schema `contract` first in its path.
  [[nodiscard]] std::unique_ptr<Adapter> session() const;
  [[nodiscard]] const Target& target() const { return target_; }

 private:
  std::filesystem::path folder_;
  Target target_;
};

/// A target of this type with these fields.
Target target_of(std::string type, std::initializer_list<std::pair<std::string_view, std::string_view>> fields);
/// A target of the test server.
Target postgres_target();
/// A target of the MariaDB test server, over ODBC.
Target mariadb_target();
/// A target of the PostgreSQL test server, over ODBC.
Target odbc_postgres_target();
/// A target of the Trino test server, or of the fake one.
Target trino_target();
/// The user `locked` of the test server of PostgreSQL, MariaDB or Trino, with its password: one who may do nothing.
Target locked(Target target);
/// The same with a field set to a text.
Target with_field(Target target, std::string_view field, std::string_view text);
/// The same with a keyword of the target's `odbc` set to a text.
Target with_keyword(Target target, std::string_view keyword, std::string_view text);

std::unique_ptr<Adapter> opened(AdapterOrError result);
AdapterError refused(AdapterOrError result);
ResultSet rows(Adapter& adapter, std::string_view sql);
void must(Adapter& adapter, std::string_view sql);
AdapterError error_of(Adapter& adapter, std::string_view sql);
/// Whether the text stands in what people read of the error.
bool mentions(const AdapterError& error, std::string_view text);
/// A statement that runs far longer than any test waits.
std::string_view endless();
/// Two sessions wait for each other's row: the error of the one that the database makes give way. The other's transaction is undone.
AdapterError deadlock(Adapter& one, Adapter& two);
/// The single cell of a query as text; `NULL` for none.
std::string cell(Adapter& adapter, std::string_view sql);
/// Waits, for at most ten seconds, until the query gives the text.
bool becomes(Adapter& adapter, std::string_view sql, std::string_view expected);

/// A port of the loopback that takes connections and never answers.
class SilentServer {
 public:
  SilentServer();
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer();
  [[nodiscard]] std::string port() const { return std::to_string(port_); }

 private:
  int listener_ = -1;
  int port_ = 0;
};

}  // namespace hookc
