// Boost.Test: the ODBC adapter with real drivers: what differs between them, and what the contract cannot reach.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "runtime/adapters/odbc_settings.h"
#include "runtime/adapters/odbc_values.h"
#include "runtime/adapters/registry.h"
#include "tests/adapters/database.h"

namespace hookc {
namespace {

using Kind = AdapterError::Kind;
using sql::Dialect;

/// A case for some of the databases only; asked when the case is about to run.
auto only(Product product) {
  return boost::unit_test::precondition([product](boost::unit_test::test_unit_id) { return boost::test_tools::assertion_result{is(product)}; });
}
auto with_server() {
  return boost::unit_test::precondition([](boost::unit_test::test_unit_id) { return boost::test_tools::assertion_result{!is(Product::Sqlite)}; });
}

Target server_target() { return is(Product::MariaDb) ? mariadb_target() : odbc_postgres_target(); }
std::string connection_string_of(const Target& target) {
  auto settings = odbc::read_settings(target, {});
  if (const auto* error = std::get_if<AdapterError>(&settings)) BOOST_FAIL(describe(*error));
  return odbc::connection_string(std::get<odbc::Settings>(settings));
}

// ---- opening ----

BOOST_AUTO_TEST_CASE(library_that_is_not_there_names_its_package) {
  setenv("HOOKC_ODBC_LIBRARY", "/nowhere/libodbc.so.2", 1);
  const AdapterError error = refused(open_adapter(target_of("sqlite", {{"driver", "SQLite3"}, {"odbc", ""}}), {}));
  unsetenv("HOOKC_ODBC_LIBRARY");
  BOOST_TEST(mentions(error, "`odbc` is not a mapping"));
  setenv("HOOKC_ODBC_LIBRARY", "/nowhere/libodbc.so.2", 1);
  const AdapterError missing = refused(open_adapter(target_of("teradata", {{"driver", "Teradata"}}), {}));
  unsetenv("HOOKC_ODBC_LIBRARY");
  BOOST_TEST((missing.kind == Kind::Connection));
  BOOST_TEST(mentions(missing, "apt-get install unixodbc"));
}

BOOST_AUTO_TEST_CASE(driver_or_data_source_that_is_not_there_says_how_to_get_it) {
  const AdapterError named = refused(open_adapter(target_of("mariadb", {{"driver", "MariaDB of yesterday"}}), {}));
  BOOST_TEST((named.kind == Kind::Connection));
  BOOST_TEST(mentions(named, "the ODBC driver `MariaDB of yesterday` is not installed"));
  BOOST_TEST(mentions(named, "apt-get install odbc-mariadb"));
  const AdapterError usual = refused(open_adapter(target_of("sqlserver", {{"server", "127.0.0.1"}}), {}));
  BOOST_TEST(mentions(usual, "msodbcsql18"));
  const AdapterError source = refused(open_adapter(target_of("teradata", {{"dsn", "nowhere"}}), {}));
  BOOST_CHECK_EQUAL(source.code, "IM002");
  BOOST_TEST(mentions(source, "odbcinst -q -s"));
}

BOOST_AUTO_TEST_CASE(wrong_password_is_a_connection_error_without_the_password, *with_server()) {
  const AdapterError error = refused(open_adapter(with_field(locked(server_target()), "password", "wrong-secret"), {}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(!mentions(error, "wrong-secret"));
  BOOST_TEST(mentions(error, "password"));
}

BOOST_AUTO_TEST_CASE(password_that_a_message_quotes_is_not_shown, *with_server()) {
  // The servers say the name of the user: one that is the password shows whether it would come through.
  const Target target = with_field(with_field(server_target(), is(Product::MariaDb) ? "username" : "user", "pass-phrase"), "password", "pass-phrase");
  const AdapterError error = refused(open_adapter(is(Product::Postgres) ? with_field(target, "dbname", "nowhere") : target, {}));
  BOOST_TEST(!mentions(error, "pass-phrase"));
}

BOOST_AUTO_TEST_CASE(nobody_at_the_port_is_a_connection_error, *with_server()) {
  const AdapterError error = refused(open_adapter(with_field(with_field(server_target(), "host", "127.0.0.1"), "port", "1"), {}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(!error.help.empty());
}

BOOST_AUTO_TEST_CASE(server_that_never_answers_is_given_up_after_the_timeout, *with_server()) {
  const SilentServer silent;
  const auto begin = std::chrono::steady_clock::now();
  Target target = with_field(with_field(server_target(), is(Product::MariaDb) ? "server" : "host", "127.0.0.1"), "port", silent.port());
  const AdapterError error = refused(open_adapter(with_field(target, "connect_timeout", "1"), {}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds{6}));
}

// ---- statements ----

BOOST_AUTO_TEST_CASE(error_in_a_later_statement_keeps_its_class_and_says_which) {
  const TestDatabase database;
  const auto db = database.session();
  const std::string sql = "create table t (a integer primary key); insert into t values (1); insert into t values (1)";
  const AdapterError error = error_of(*db, sql);
  BOOST_CHECK_EQUAL(name_of(error.kind), "constraint");
  BOOST_REQUIRE(error.position.has_value());
  BOOST_CHECK_EQUAL(*error.position, sql.rfind("insert"));
}

BOOST_AUTO_TEST_CASE(long_texts_come_back_whole) {
  const TestDatabase database;
  const auto db = database.session();
  std::string text;
  for (int i = 0; i < 5000; ++i) text += i % 7 == 0 ? "\xF0\x9F\x90\x98" : i % 3 == 0 ? "\xC3\xA4" : "x";
  BOOST_TEST(cell(*db, "select '" + text + "'") == text);
}

BOOST_AUTO_TEST_CASE(limit_of_the_target_ends_a_statement) {
  const TestDatabase database;
  const auto db = opened(open_adapter(with_field(database.target(), "query_timeout", "1"), {}));
  const auto begin = std::chrono::steady_clock::now();
  const AdapterError error = error_of(*db, endless());
  BOOST_CHECK_EQUAL(name_of(error.kind), "interrupted");
  BOOST_TEST(mentions(error, "`query_timeout` is 1 seconds"));
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds{4}));
  BOOST_CHECK_EQUAL(cell(*db, "select 1"), "1");
}

BOOST_AUTO_TEST_CASE(two_writers_of_a_file_conflict, *only(Product::Sqlite)) {
  const TestDatabase database;
  const auto one = database.session();
  must(*one, "create table t (a integer)");
  const auto two = opened(open_adapter(with_keyword(database.target(), "Timeout", "50"), {}));
  BOOST_REQUIRE(!one->begin());
  must(*one, "insert into t values (1)");
  const AdapterError error = error_of(*two, "insert into t values (2)");
  BOOST_CHECK_EQUAL(name_of(error.kind), "conflict");
  BOOST_TEST(is_transient(error.kind));
}

BOOST_AUTO_TEST_CASE(other_files_of_the_profile_are_attached, *only(Product::Sqlite)) {
  const TestDatabase database;
  Target target = database.target();
  auto connection = std::make_shared<Dict>(*target.connection);
  auto paths = std::make_shared<Dict>(*std::as_const(*connection).find("schemas_and_paths")->get<DictPtr>());
  paths->set("other one", make_text(":memory:", Position{0}));
  connection->set("schemas_and_paths", Value{DictPtr{paths}});
  target.connection = connection;
  const auto db = opened(open_adapter(target, {}));
  must(*db, "create table \"other one\".t (a integer)");
  BOOST_CHECK_EQUAL(cell(*db, "select count(*) from \"other one\".t"), "0");
}

BOOST_AUTO_TEST_CASE(values_that_only_mariadb_has_are_kept, *only(Product::MariaDb)) {
  const TestDatabase database;
  const auto db = database.session();
  BOOST_CHECK_EQUAL(cell(*db, "select cast(18446744073709551615 as unsigned)"), "18446744073709551615");
  BOOST_CHECK_EQUAL(cell(*db, "select cast(0.5 as decimal(3,2))"), "0.50");
  BOOST_CHECK_EQUAL(cell(*db, "select json_object('a', 1)"), "{\"a\": 1}");
  BOOST_CHECK_EQUAL(cell(*db, "select time '13:05:09'"), "13:05:09");
}

BOOST_AUTO_TEST_CASE(procedure_gives_the_rows_of_its_query, *only(Product::MariaDb)) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create procedure p() select 7 as a");
  BOOST_CHECK_EQUAL(cell(*db, "call p()"), "7");
  BOOST_CHECK_EQUAL(cell(*db, "select 1"), "1");
}

// ---- transactions ----

BOOST_AUTO_TEST_CASE(work_that_ddl_has_committed_is_not_called_rolled_back, *only(Product::MariaDb)) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer)");
  BOOST_REQUIRE(!db->begin());
  must(*db, "insert into t values (1)");
  const AdapterError error = error_of(*db, "create table t (a integer)");  // it fails, and commits all the same
  BOOST_CHECK_EQUAL(name_of(error.kind), "exists");
  BOOST_TEST(!error.rolled_back);
  BOOST_TEST(mentions(error, "the database commits at DDL"));
  BOOST_CHECK_EQUAL(cell(*db, "select count(*) from t"), "1");
}

BOOST_AUTO_TEST_CASE(table_whose_engine_cannot_undo_is_named, *only(Product::MariaDb)) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer) engine = MyISAM");
  BOOST_REQUIRE(!db->begin());
  must(*db, "insert into t values (1)");
  const AdapterError error = error_of(*db, "select * from nowhere");
  BOOST_TEST(!error.rolled_back);
  BOOST_TEST(mentions(error, "has an engine that cannot undo"));
  BOOST_CHECK_EQUAL(cell(*db, "select count(*) from t"), "1");
}

BOOST_AUTO_TEST_CASE(lock_timeout_and_deadlock_are_conflicts, *only(Product::MariaDb)) {
  const TestDatabase database;
  const auto one = database.session();
  const auto two = database.session();
  must(*one, "create table t (a integer primary key, b integer); insert into t values (1, 0)");
  BOOST_REQUIRE(!one->begin());
  must(*one, "update t set b = 1 where a = 1");
  BOOST_CHECK_EQUAL(name_of(error_of(*two, "update t set b = 2 where a = 1").kind), "conflict");
  BOOST_REQUIRE(!one->rollback());
  const AdapterError error = deadlock(*one, *two);
  BOOST_CHECK_EQUAL(name_of(error.kind), "conflict");
  BOOST_TEST(error.rolled_back);
}

BOOST_AUTO_TEST_CASE(session_that_the_server_ends_is_a_lost_connection, *with_server()) {
  const TestDatabase database;
  const auto db = database.session();
  const auto other = database.session();
  must(*db, "create table t (a integer)");
  BOOST_REQUIRE(!db->begin());
  must(*db, "insert into t values (1)");
  must(*other, is(Product::MariaDb) ? "kill " + cell(*db, "select connection_id()") : "select pg_terminate_backend(" + cell(*db, "select pg_backend_pid()") + ")");
  const AdapterError error = error_of(*db, "insert into t values (2)");
  BOOST_CHECK_EQUAL(name_of(error.kind), "connection");
  BOOST_TEST(is_transient(error.kind));
  BOOST_TEST(error.is_unanswered);
  BOOST_TEST(!db->in_transaction());
  BOOST_CHECK_EQUAL(name_of(error_of(*db, "select 1").kind), "connection");
  BOOST_CHECK_EQUAL(cell(*other, "select count(*) from t"), "0");
  BOOST_REQUIRE(!db->reconnect());
  must(*db, "insert into t values (3)");
  BOOST_CHECK_EQUAL(cell(*other, "select count(*) from t"), "1");
}

BOOST_AUTO_TEST_CASE(statement_after_a_pause_is_not_sent_in_a_session_that_has_ended, *with_server()) {
  const TestDatabase database;
  const auto db = database.session();
  const auto other = database.session();
  must(*db, "create table t (a integer)");
  must(*other, is(Product::MariaDb) ? "kill " + cell(*db, "select connection_id()") : "select pg_terminate_backend(" + cell(*db, "select pg_backend_pid()") + ")");
  std::this_thread::sleep_for(std::chrono::milliseconds{600});  // sessions are looked for after half a second
  const AdapterError error = error_of(*db, "insert into t values (1)");
  BOOST_CHECK_EQUAL(name_of(error.kind), "connection");
  BOOST_TEST(!error.is_unanswered);
  BOOST_REQUIRE(!db->reconnect());
  must(*db, "insert into t values (2)");
  BOOST_CHECK_EQUAL(cell(*other, "select count(*) from t"), "1");
}

/// Stops a process, and comes back when all of its threads stand still.
void stop(pid_t process) {
  kill(process, SIGSTOP);
  const auto runs = [](const std::filesystem::directory_entry& thread) {
    std::ifstream in{thread.path() / "stat"};
    const std::string line{std::istreambuf_iterator<char>{in}, {}};
    const std::size_t name_end = line.rfind(')');
    return name_end != std::string::npos && line.substr(name_end + 2, 1) != "T";
  };
  const std::filesystem::directory_iterator none;
  for (const std::filesystem::path threads = "/proc/" + std::to_string(process) + "/task"; std::find_if(std::filesystem::directory_iterator{threads}, none, runs) != none;) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

BOOST_AUTO_TEST_CASE(server_that_answers_neither_statement_nor_cancel_is_given_up, *only(Product::MariaDb)) {
  const TestDatabase database;
  const auto db = database.session();
  const pid_t server = std::stoi(std::getenv("HOOKC_TEST_MARIADB_PID"));
  stop(server);
  std::thread later{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    db->interrupt();
  }};
  Result result = db->execute("select 1", Fetch::Rows);
  later.join();
  kill(server, SIGCONT);
  const auto* error = std::get_if<AdapterError>(&result);
  BOOST_REQUIRE(error != nullptr);
  BOOST_CHECK_EQUAL(name_of(error->kind), "interrupted");
  BOOST_TEST(mentions(*error, "the session was given up"));
  BOOST_TEST(error->is_unanswered);
  BOOST_CHECK_EQUAL(name_of(error_of(*db, "select 1").kind), "connection");
}

// ---- settings and classes ----

BOOST_AUTO_TEST_CASE(fields_of_dbt_adapters_become_the_drivers_keywords, *only(Product::Sqlite)) {
  BOOST_CHECK_EQUAL(connection_string_of(target_of("sqlserver", {{"driver", "ODBC Driver 17 for SQL Server"}, {"server", "db.example.com"}, {"port", "1433"}, {"database", "sales"}, {"user", "me"}, {"password", "a;b}c"}})),
                    "DRIVER={ODBC Driver 17 for SQL Server};SERVER={db.example.com,1433};DATABASE=sales;UID=me;PWD={a;b}}c};");
  BOOST_CHECK_EQUAL(connection_string_of(target_of("fabric", {{"host", "h"}, {"authentication", "ServicePrincipal"}, {"client_id", "me"}, {"client_secret", "s"}})),
                    "DRIVER={ODBC Driver 18 for SQL Server};UID=me;PWD=s;SERVER=h;Authentication=ActiveDirectoryServicePrincipal;");
  BOOST_CHECK_EQUAL(connection_string_of(target_of("databricks", {{"host", "h"}, {"http_path", "/sql/1.0/warehouses/x"}, {"token", "t"}, {"catalog", "main"}, {"schema", "s"}})),
                    "DRIVER={Simba Spark ODBC Driver};Host=h;HTTPPath=/sql/1.0/warehouses/x;PWD=t;Catalog=main;Schema=s;Port=443;UID=token;AuthMech=3;SSL=1;ThriftTransport=2;");
  BOOST_CHECK_EQUAL(connection_string_of(target_of("snowflake", {{"account", "ab12"}, {"user", "me"}, {"password", "p"}, {"role", "r"}, {"warehouse", "w"}, {"database", "d"}, {"schema", "s"}})),
                    "DRIVER={SnowflakeDSIIDriver};UID=me;PWD=p;Database=d;Schema=s;Warehouse=w;Role=r;Server=ab12.snowflakecomputing.com;");
  BOOST_CHECK_EQUAL(connection_string_of(with_keyword(target_of("vertica", {{"dsn", "v"}, {"host", "h"}, {"user", "me"}}), "SERVER", "other")), "DSN=v;SERVER=other;UID=me;");
}

BOOST_AUTO_TEST_CASE(target_that_cannot_be_opened_says_why, *only(Product::Sqlite)) {
  BOOST_TEST(mentions(refused(open_adapter(target_of("spark", {{"method", "thrift"}}), {})), "its `method` is `thrift`"));
  BOOST_TEST(mentions(refused(open_adapter(target_of("sqlserver", {{"authentication", "cli"}}), {})), "the `cli` way of signing in"));
  BOOST_TEST(mentions(refused(open_adapter(target_of("sqlite", {}), {})), "schemas_and_paths"));
  BOOST_TEST(mentions(refused(open_adapter(target_of("mariadb", {{"query_timeout", "soon"}}), {})), "`query_timeout` is not a number of seconds"));
}

BOOST_AUTO_TEST_CASE(states_and_numbers_have_classes, *only(Product::Sqlite)) {
  const auto kind_of = [](std::string state, std::int32_t native, Dialect dialect, std::string message = "x") { return name_of(odbc::error_of({std::move(state), native, std::move(message)}, dialect).kind); };
  BOOST_CHECK_EQUAL(kind_of("40001", 0, Dialect::Generic), "conflict");
  BOOST_CHECK_EQUAL(kind_of("08S01", 0, Dialect::Generic), "connection");
  BOOST_CHECK_EQUAL(kind_of("42S02", 0, Dialect::Databricks), "missing");
  BOOST_CHECK_EQUAL(kind_of("23000", 2627, Dialect::SqlServer), "constraint");
  BOOST_CHECK_EQUAL(kind_of("42000", 229, Dialect::SqlServer), "permission");
  BOOST_CHECK_EQUAL(kind_of("HYT00", 1222, Dialect::SqlServer), "conflict");
  BOOST_CHECK_EQUAL(kind_of("42000", 2003, Dialect::Snowflake), "missing");
  BOOST_CHECK_EQUAL(kind_of("42000", 0, Dialect::Generic, "user does not have Permission"), "permission");
  BOOST_CHECK_EQUAL(kind_of("42000", 0, Dialect::Generic, "near x"), "syntax");
  BOOST_CHECK_EQUAL(kind_of("HY000", 0, Dialect::Generic), "other");
  BOOST_CHECK_EQUAL(odbc::plain_message("[ma-3.1.15][10.11.19-MariaDB]Unknown table"), "Unknown table");
}

}  // namespace
}  // namespace hookc
