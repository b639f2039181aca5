#include "tests/adapters/database.h"

#include <boost/test/unit_test.hpp>
#include <unistd.h>

#include <cstdlib>

#include "runtime/adapters/registry.h"

namespace hookc {

namespace fs = std::filesystem;

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  BOOST_REQUIRE_MESSAGE(value != nullptr, "the environment variable " << name << " is not set: run this through ctest");
  return value;
}

}  // namespace

std::string tested_type() { return variable("HOOKC_TEST_ADAPTER"); }

Target with_field(Target target, std::string_view field, std::string_view text) {
  auto connection = std::make_shared<Dict>(*target.connection);
  connection->set(field, make_text(std::string{text}, Position{0}));
  target.connection = connection;
  return target;
}

Target postgres_target() {
  Target target;
  target.name = "dev";
  target.type = "postgres";
  target.connection = std::make_shared<Dict>();
  target = with_field(target, "host", variable("HOOKC_TEST_POSTGRES"));
  target = with_field(target, "port", variable("HOOKC_TEST_POSTGRES_PORT"));
  target = with_field(target, "user", "hookc");
  target = with_field(target, "dbname", "hookc");
  return with_field(target, "search_path", "contract, public");
}

TestDatabase::TestDatabase() {
  if (tested_type() == "postgres") {
    target_ = postgres_target();
    const auto db = session();
    must(*db, "drop schema if exists contract cascade");
    must(*db, "create schema contract");
    return;
  }
  static int number = 0;
  folder_ = fs::temp_directory_path() / ("hookc_contract_" + std::to_string(getpid()) + "_" + std::to_string(++number));
  fs::create_directories(folder_);
  target_.name = "dev";
  target_.type = "duckdb";
  target_.connection = std::make_shared<Dict>();
  target_ = with_field(target_, "path", (folder_ / "contract.duckdb").string());
}

TestDatabase::~TestDatabase() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

std::unique_ptr<Adapter> TestDatabase::session() const { return opened(open_adapter(target_, {})); }

std::unique_ptr<Adapter> opened(AdapterOrError result) {
  if (const auto* error = std::get_if<AdapterError>(&result)) BOOST_FAIL(describe(*error));
  return std::move(std::get<std::unique_ptr<Adapter>>(result));
}

AdapterError refused(AdapterOrError result) {
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<AdapterError>(result), "the database was opened");
  return std::get<AdapterError>(std::move(result));
}

ResultSet rows(Adapter& adapter, std::string_view sql) {
  Result result = adapter.execute(sql, Fetch::Rows);
  if (const auto* error = std::get_if<AdapterError>(&result)) BOOST_FAIL(sql << ": " << describe(*error));
  return std::get<ResultSet>(std::move(result));
}

void must(Adapter& adapter, std::string_view sql) { rows(adapter, sql); }

AdapterError error_of(Adapter& adapter, std::string_view sql) {
  Result result = adapter.execute(sql, Fetch::Rows);
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<AdapterError>(result), sql << " succeeded");
  return std::get<AdapterError>(std::move(result));
}

std::string cell(Adapter& adapter, std::string_view sql) {
  const ResultSet set = rows(adapter, sql);
  BOOST_REQUIRE_EQUAL(set.rows.size(), 1U);
  BOOST_REQUIRE_EQUAL(set.rows[0].size(), 1U);
  return to_text(set.rows[0][0]).value_or("NULL");
}

}  // namespace hookc
