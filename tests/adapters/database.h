// The databases that the tests of adapters run on: one named by HOOKC_TEST_ADAPTER (`duckdb`, `postgres`), fresh for each test.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "compiler/project/project.h"
#include "runtime/adapter.h"

namespace hookc {

/// The adapter type that this process tests.
std::string tested_type();

/// A database without tables: a file of DuckDB, or a schema of the test server's database; gone at the end of its test.
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

/// A target of the test server.
Target postgres_target();
/// The same with a field set to a text.
Target with_field(Target target, std::string_view field, std::string_view text);

std::unique_ptr<Adapter> opened(AdapterOrError result);
AdapterError refused(AdapterOrError result);
ResultSet rows(Adapter& adapter, std::string_view sql);
void must(Adapter& adapter, std::string_view sql);
AdapterError error_of(Adapter& adapter, std::string_view sql);
/// The single cell of a query as text; `NULL` for none.
std::string cell(Adapter& adapter, std::string_view sql);

}  // namespace hookc
