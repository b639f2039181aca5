#include "tests/adapters/database.h"

#include <boost/test/unit_test.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

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

std::string tested_adapter() { return variable("HOOKC_TEST_ADAPTER"); }

Product tested_product() {
  const std::string adapter = tested_adapter();
  if (adapter == "duckdb") return Product::DuckDb;
  if (adapter == "odbc-mariadb") return Product::MariaDb;
  if (adapter == "odbc-sqlite") return Product::Sqlite;
  if (adapter == "trino") return Product::Trino;
  return Product::Postgres;
}

bool is(Product product) { return tested_product() == product; }

bool is_over_odbc() { return tested_adapter().starts_with("odbc-"); }

Target with_field(Target target, std::string_view field, std::string_view text) {
  auto connection = std::make_shared<Dict>(*target.connection);
  connection->set(field, make_text(std::string{text}, Position{0}));
  target.connection = connection;
  return target;
}

Target with_keyword(Target target, std::string_view keyword, std::string_view text) {
  auto connection = std::make_shared<Dict>(*target.connection);
  const Value* given = std::as_const(*connection).find("odbc");
  auto keywords = given == nullptr ? std::make_shared<Dict>() : std::make_shared<Dict>(*given->get<DictPtr>());
  keywords->set(keyword, make_text(std::string{text}, Position{0}));
  connection->set("odbc", Value{DictPtr{keywords}});
  target.connection = connection;
  return target;
}

Target target_of(std::string type, std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  Target target;
  target.name = "dev";
  target.type = std::move(type);
  target.connection = std::make_shared<Dict>();
  for (const auto& [field, text] : fields) target = with_field(std::move(target), field, text);
  return target;
}

Target postgres_target() {
  return target_of("postgres", {{"host", variable("HOOKC_TEST_POSTGRES")}, {"port", variable("HOOKC_TEST_POSTGRES_PORT")}, {"user", "hookc"}, {"dbname", "hookc"}, {"search_path", "contract, public"}});
}

Target odbc_postgres_target() {
  const Target target = with_field(postgres_target(), "driver", "PostgreSQL Unicode");
  return with_keyword(target, "ConnSettings", "set search_path to contract, public");
}

Target mariadb_target() {
  return target_of("mariadb", {{"server", "127.0.0.1"}, {"port", variable("HOOKC_TEST_MARIADB_PORT")}, {"username", "hookc"}, {"password", "p;}w{=d"}, {"schema", "hookc"}});
}

Target trino_target() {
  return target_of("trino", {{"host", "127.0.0.1"}, {"port", variable("HOOKC_TEST_TRINO_PORT")}, {"user", "hookc"}, {"database", "memory"}, {"schema", "contract"}});
}

Target locked(Target target) { return with_field(with_field(std::move(target), is(Product::MariaDb) ? "username" : "user", "locked"), "password", "right"); }

TestDatabase::TestDatabase() {
  switch (tested_product()) {
    case Product::Postgres: {
      target_ = is_over_odbc() ? odbc_postgres_target() : postgres_target();
      const auto db = session();
      must(*db, "drop schema if exists contract cascade");
      must(*db, "create schema contract");
      return;
    }
    case Product::MariaDb: {
      target_ = mariadb_target();
      must(*session(), "drop database if exists hookc; create database hookc");
      return;
    }
    case Product::Trino: {
      target_ = trino_target();
      must(*session(), "drop schema if exists contract cascade; create schema contract");
      return;
    }
    case Product::DuckDb:
    case Product::Sqlite: break;
  }
  static int number = 0;
  folder_ = fs::temp_directory_path() / ("hookc_contract_" + std::to_string(getpid()) + "_" + std::to_string(++number));
  fs::create_directories(folder_);
  if (is(Product::DuckDb)) {
    target_ = target_of("duckdb", {{"path", (folder_ / "contract.duckdb").string()}});
    return;
  }
  auto paths = std::make_shared<Dict>();
  paths->set("main", make_text((folder_ / "contract.sqlite").string(), Position{0}));
  target_ = target_of("sqlite", {});
  target_.connection->set("schemas_and_paths", Value{DictPtr{paths}});
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

bool mentions(const AdapterError& error, std::string_view text) { return describe(error).find(text) != std::string::npos; }

std::string_view endless() {
  switch (tested_product()) {
    case Product::DuckDb: return "select count(*) from range(1000000000) a, range(1000000000) b where a.range + b.range = -1";
    case Product::Postgres: return "select pg_sleep(600)";
    case Product::MariaDb: return "select count(*) from seq_1_to_1000000000 a, seq_1_to_1000000000 b where a.seq + b.seq = -1";
    case Product::Sqlite: return "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
    case Product::Trino:
      return "select count(*) from unnest(sequence(1, 10000)) as a(x), unnest(sequence(1, 10000)) as b(y), unnest(sequence(1, 10000)) as c(z) where x + y + z = -1";
  }
  return {};
}

AdapterError deadlock(Adapter& one, Adapter& two) {
  must(one, "create table pair (a integer primary key, b integer); insert into pair values (1, 0), (2, 0)");
  BOOST_REQUIRE(!one.begin());
  BOOST_REQUIRE(!two.begin());
  must(one, "update pair set b = 1 where a = 1");
  must(two, "update pair set b = 2 where a = 2");
  const auto update = [](Adapter& session, std::string_view sql) -> std::optional<AdapterError> {
    Result result = session.execute(sql, Fetch::Nothing);
    if (auto* error = std::get_if<AdapterError>(&result)) return std::move(*error);
    static_cast<void>(session.rollback());
    return std::nullopt;
  };
  std::optional<AdapterError> of_two;
  std::thread thread{[&] { of_two = update(two, "update pair set b = 2 where a = 1"); }};
  auto of_one = update(one, "update pair set b = 1 where a = 2");
  thread.join();
  BOOST_REQUIRE(of_one.has_value() != of_two.has_value());
  return of_one ? *of_one : *of_two;
}

std::string cell(Adapter& adapter, std::string_view sql) {
  const ResultSet set = rows(adapter, sql);
  BOOST_REQUIRE_EQUAL(set.rows.size(), 1U);
  BOOST_REQUIRE_EQUAL(set.rows[0].size(), 1U);
  return to_text(set.rows[0][0]).value_or("NULL");
}

bool becomes(Adapter& adapter, std::string_view sql, std::string_view expected) {
  for (int i = 0; i < 500; ++i) {
    if (cell(adapter, sql) == expected) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return false;
}

SilentServer::SilentServer() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // The interface takes addresses of every family through this one type.
  BOOST_REQUIRE_EQUAL(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  BOOST_REQUIRE_EQUAL(listen(listener_, 5), 0);
  socklen_t size = sizeof address;
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
}

SilentServer::~SilentServer() { close(listener_); }

}  // namespace hookc
