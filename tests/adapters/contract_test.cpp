// Boost.Test: what every adapter promises, on the database that HOOKC_TEST_ADAPTER names.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <fstream>
#include <thread>

#include "runtime/adapters/registry.h"
#include "tests/adapters/database.h"

namespace hookc {
namespace {

using Kind = AdapterError::Kind;

/// What databases spell in their own ways.
struct Words {
  std::string_view big_integer;
  std::string_view small_integer;
  std::string_view double_precision;
  std::string_view many_rows;
};
const Words& words() {
  static const Words duckdb{"bigint", "smallint", "double precision", "select * from range(100000)"};
  static const Words postgres{"bigint", "smallint", "double precision", "select * from generate_series(1, 100000)"};
  static const Words mariadb{"signed", "signed", "double", "select seq from seq_1_to_100000"};
  static const Words sqlite{"bigint", "smallint", "double", "with recursive n(i) as (select 1 union all select i + 1 from n limit 100000) select i from n"};
  static const Words trino{"bigint", "smallint", "double", "select x from unnest(sequence(1, 10000)) as a(x), unnest(sequence(1, 10)) as b(y)"};
  switch (tested_product()) {
    case Product::DuckDb: return duckdb;
    case Product::Postgres: return postgres;
    case Product::MariaDb: return mariadb;
    case Product::Sqlite: return sqlite;
    case Product::Trino: return trino;
  }
  return duckdb;
}
/// A case that needs transactions: Trino's connectors write outside of them only.
auto in_transactions() {
  return boost::unit_test::precondition([](boost::unit_test::test_unit_id) { return boost::test_tools::assertion_result{!is(Product::Trino)}; });
}
std::string as(std::string_view expression, std::string_view type) { return "select cast(" + std::string{expression} + " as " + std::string{type} + ") as v"; }

template <class T>
bool is_cell(Adapter& db, std::string_view sql, const T& expected) {
  const ResultSet set = rows(db, sql);
  const auto* actual = std::get_if<T>(&set.rows.at(0).at(0));
  if (actual == nullptr) BOOST_TEST_MESSAGE(sql << " has a cell of alternative " << set.rows.at(0).at(0).index() << ": " << to_text(set.rows[0][0]).value_or("NULL"));
  return actual != nullptr && *actual == expected;
}

struct InterruptLater {
  explicit InterruptLater(Adapter& db)
      : thread{[this, &db] {
          while (!done) {
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
            if (!done) db.interrupt();
          }
        }} {}
  InterruptLater(const InterruptLater&) = delete;
  InterruptLater& operator=(const InterruptLater&) = delete;
  ~InterruptLater() {
    done = true;
    thread.join();
  }
  std::atomic<bool> done{false};
  std::thread thread;
};

// ---- values ----

BOOST_AUTO_TEST_CASE(plain_values_have_their_kinds) {
  const TestDatabase database;
  const auto db = database.session();
  if (is(Product::MariaDb) || is(Product::Sqlite)) {
    BOOST_TEST(is_cell<std::int64_t>(*db, "select true", 1));  // they have no type of truth values
  } else {
    BOOST_TEST(is_cell<bool>(*db, "select true", true));
  }
  BOOST_TEST(is_cell<std::int64_t>(*db, as("-9223372036854775807", words().big_integer), -9223372036854775807LL));
  BOOST_TEST(is_cell<std::int64_t>(*db, as("7", words().small_integer), 7));
  BOOST_TEST(is_cell<double>(*db, as("0.1", words().double_precision), 0.1));
  if (is(Product::Sqlite)) {
    BOOST_TEST(is_cell<double>(*db, as("12.50", "decimal(10,2)"), 12.5));  // it has no decimals
  } else {
    BOOST_TEST(is_cell<Decimal>(*db, as("12.50", "decimal(10,2)"), Decimal{"12.50"}));
  }
  BOOST_TEST(is_cell<std::string>(*db, "select 'it''s \xC3\xA4 \xF0\x9F\x90\x98'", std::string{"it's \xC3\xA4 \xF0\x9F\x90\x98"}));
  BOOST_TEST(is_cell<std::monostate>(*db, is(Product::MariaDb) ? "select null" : "select cast(null as integer)", std::monostate{}));
  BOOST_TEST(is_cell<std::string>(*db, "select ''", std::string{}));
}

BOOST_AUTO_TEST_CASE(dates_and_times_are_as_python_prints_them) {
  const TestDatabase database;
  const auto db = database.session();
  if (is(Product::Sqlite)) return;  // its dates are texts
  BOOST_CHECK_EQUAL(cell(*db, "select date '2024-02-29'"), "2024-02-29");
  BOOST_CHECK_EQUAL(cell(*db, "select timestamp '2024-01-31 13:05:09'"), "2024-01-31 13:05:09");
  BOOST_CHECK_EQUAL(cell(*db, "select timestamp '2024-01-31 13:05:09.5'"), "2024-01-31 13:05:09.500000");
  if (!is(Product::Postgres) || is_over_odbc()) return;  // psqlODBC drops the zone; the others have no time zones, DuckDB none without an extension
  must(*db, "set timezone = 'Asia/Kolkata'");
  BOOST_CHECK_EQUAL(cell(*db, "select timestamptz '2024-01-01 02:00:00.25+05:30'"), "2023-12-31 20:30:00.250000+00:00");
  must(*db, "set timezone = 'America/New_York'");
  BOOST_CHECK_EQUAL(cell(*db, "select timestamptz '2024-02-28 23:00:00-05:00'"), "2024-02-29 04:00:00+00:00");
}

BOOST_AUTO_TEST_CASE(columns_have_names_and_kinds) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer, " + quote_name("B c", db->dialect()) + " varchar(10), d date, e decimal(10,2))");
  const ResultSet set = rows(*db, "select * from t");
  BOOST_REQUIRE_EQUAL(set.columns.size(), 4U);
  BOOST_TEST(set.rows.empty());
  BOOST_CHECK_EQUAL(set.columns[0].name, "a");
  BOOST_TEST((set.columns[0].kind == ColumnKind::Integer));
  BOOST_CHECK_EQUAL(set.columns[1].name, is(Product::Trino) ? "b c" : "B c");
  BOOST_TEST((set.columns[1].kind == ColumnKind::Text));
  BOOST_TEST((set.columns[2].kind == ColumnKind::Date));
  BOOST_TEST((set.columns[3].kind == (is(Product::Sqlite) ? ColumnKind::Text : ColumnKind::Number)));  // it has no decimals
}

BOOST_AUTO_TEST_CASE(hostile_texts_stay_literals_and_names) {
  const TestDatabase database;
  const auto db = database.session();
  for (const std::string text : {"'; drop table t; --", "\\'; drop table t; --", "\"", "`", "a\\", "$$", "\n\t%s{}", "\xE2\x80\x98"}) {
    BOOST_CHECK_EQUAL(cell(*db, "select " + quote_literal(text, db->dialect())), text);
    must(*db, "create table " + quote_name(text, db->dialect()) + " (a integer)");
    BOOST_CHECK_EQUAL(cell(*db, "select count(*) from " + quote_name(text, db->dialect())), "0");
  }
}

// ---- statements ----

BOOST_AUTO_TEST_CASE(changed_rows_are_counted_and_read_rows_are_not) {
  const TestDatabase database;
  const auto db = database.session();
  BOOST_CHECK_EQUAL(rows(*db, "create table t (a integer)").rows_affected, 0U);
  BOOST_CHECK_EQUAL(rows(*db, "insert into t values (1), (2), (3)").rows_affected, 3U);
  if (!is(Product::Trino)) {  // its memory connector can do neither
    BOOST_CHECK_EQUAL(rows(*db, "update t set a = a + 1 where a > 1").rows_affected, 2U);
    BOOST_CHECK_EQUAL(rows(*db, "delete from t where a = 99").rows_affected, 0U);
  }
  BOOST_CHECK_EQUAL(rows(*db, "select * from t").rows_affected, 0U);
}

BOOST_AUTO_TEST_CASE(of_several_statements_the_last_result_comes_back) {
  const TestDatabase database;
  const auto db = database.session();
  BOOST_CHECK_EQUAL(cell(*db, "create table t (a integer); insert into t values (1), (2); select count(*) from t;"), "2");
}

BOOST_AUTO_TEST_CASE(empty_and_comment_only_texts_succeed) {
  const TestDatabase database;
  const auto db = database.session();
  for (const char* text : {"", "  \n", ";", "-- nothing", "/* nothing */"}) BOOST_TEST(rows(*db, text).rows.empty());
}

BOOST_AUTO_TEST_CASE(rows_that_nobody_asked_for_are_not_kept) {
  const TestDatabase database;
  const auto db = database.session();
  const Result result = db->execute(words().many_rows, Fetch::Nothing);
  BOOST_REQUIRE(std::holds_alternative<ResultSet>(result));
  BOOST_TEST(std::get<ResultSet>(result).rows.empty());
  BOOST_CHECK_EQUAL(cell(*db, "select 1"), "1");
}

BOOST_AUTO_TEST_CASE(nul_byte_is_an_error_and_not_the_end) {
  const TestDatabase database;
  const auto db = database.session();
  const std::string text{"select 1\0; select 2", 19};
  const AdapterError error = error_of(*db, text);
  BOOST_TEST((error.kind == Kind::Syntax));
  BOOST_CHECK_EQUAL(error.position.value_or(0), 8U);
}

// ---- errors ----

BOOST_AUTO_TEST_CASE(errors_have_classes) {
  const TestDatabase database;
  const auto db = database.session();
  const bool has_keys = !is(Product::Trino);
  must(*db, has_keys ? "create table t (a integer primary key)" : "create table t (a integer)");
  must(*db, "insert into t values (1)");
  BOOST_CHECK_EQUAL(name_of(error_of(*db, "selec 1").kind), "syntax");
  BOOST_CHECK_EQUAL(name_of(error_of(*db, "select * from nowhere").kind), "missing");
  BOOST_CHECK_EQUAL(name_of(error_of(*db, "select b from t").kind), "missing");
  BOOST_CHECK_EQUAL(name_of(error_of(*db, "create table t (a integer)").kind), "exists");
  if (has_keys) BOOST_CHECK_EQUAL(name_of(error_of(*db, "insert into t values (1)").kind), "constraint");
  if (is(Product::Postgres)) BOOST_CHECK_EQUAL(name_of(error_of(*db, "vacuum t; select 1/0").kind), is_over_odbc() ? "other" : "unsupported");
}

BOOST_AUTO_TEST_CASE(what_a_user_may_not_do_is_a_permission_error) {
  if (is(Product::DuckDb) || is(Product::Sqlite)) return;  // they have no users
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer)");
  Target target = locked(database.target());
  if (is(Product::Postgres)) must(*db, "grant usage on schema contract to locked");
  if (is(Product::MariaDb)) target = with_field(target, "schema", "information_schema");
  const AdapterError denied = error_of(*opened(open_adapter(target, {})), is(Product::MariaDb) ? "select * from hookc.t" : "select * from contract.t");
  BOOST_CHECK_EQUAL(name_of(denied.kind), "permission");
  BOOST_CHECK_EQUAL(denied.code, is(Product::Postgres) ? "42501" : is(Product::Trino) ? "PERMISSION_DENIED" : "42000");
}

BOOST_AUTO_TEST_CASE(position_of_an_error_is_a_byte_offset) {
  if (is_over_odbc()) return;  // no driver tells it
  const TestDatabase database;
  const auto db = database.session();
  const std::string sql = "select '\xC3\xA4\xC3\xB6\xC3\xBC', nowhere.x";
  const AdapterError error = error_of(*db, sql);
  BOOST_REQUIRE(error.position.has_value());
  BOOST_CHECK_EQUAL(sql.substr(*error.position, 7), "nowhere");
}

// ---- transactions ----

BOOST_AUTO_TEST_CASE(rolled_back_work_is_gone_and_committed_work_stays, *in_transactions()) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer)");
  BOOST_REQUIRE(!db->begin());
  BOOST_TEST(db->in_transaction());
  must(*db, "insert into t values (1)");
  must(*db, "create table made (a integer)");
  BOOST_REQUIRE(!db->rollback());
  BOOST_TEST(!db->in_transaction());
  if (db->capabilities().ddl_in_transaction) {
    BOOST_CHECK_EQUAL(cell(*db, "select count(*) from t"), "0");
    BOOST_CHECK_EQUAL(name_of(error_of(*db, "select * from made").kind), "missing");
  } else {
    BOOST_CHECK_EQUAL(cell(*db, "select count(*) from t"), "1");  // DDL commits what came before it, and itself
    must(*db, "delete from t");
  }
  BOOST_REQUIRE(!db->begin());
  must(*db, "insert into t values (2)");
  BOOST_REQUIRE(!db->commit());
  BOOST_CHECK_EQUAL(cell(*database.session(), "select count(*) from t"), "1");
}

BOOST_AUTO_TEST_CASE(second_begin_is_an_error, *in_transactions()) {
  const TestDatabase database;
  const auto db = database.session();
  BOOST_REQUIRE(!db->begin());
  BOOST_TEST(db->begin().has_value());
  BOOST_TEST(!db->rollback());
}

// Traps 1 and 2: a COMMIT after a failed statement reports success and undoes everything; some errors leave the transaction open, some abort it.
BOOST_AUTO_TEST_CASE(any_error_undoes_the_transaction_and_commit_says_so, *in_transactions()) {
  for (const char* wrong : {"selec 1", "select * from nowhere", "select cast('x' as integer)", "insert into t values (1)"}) {
    if (std::string_view{wrong}.starts_with("select cast") && (is(Product::MariaDb) || is(Product::Sqlite))) continue;  // no error there
    const TestDatabase database;
    const auto db = database.session();
    must(*db, "create table t (a integer primary key)");
    must(*db, "insert into t values (1)");
    BOOST_REQUIRE(!db->begin());
    must(*db, "insert into t values (2)");
    BOOST_TEST(error_of(*db, wrong).rolled_back, wrong);
    BOOST_TEST(!db->in_transaction());
    BOOST_TEST(db->commit().has_value(), wrong);
    BOOST_CHECK_EQUAL(cell(*db, "select count(*) from t"), "1");
  }
}

BOOST_AUTO_TEST_CASE(transaction_that_a_text_leaves_failed_is_rolled_back, *in_transactions()) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer)");
  error_of(*db, "begin; insert into t values (1); select * from nowhere; commit");
  must(*db, "insert into t values (2)");
  BOOST_CHECK_EQUAL(cell(*database.session(), "select sum(a) from t"), "2");
}

BOOST_AUTO_TEST_CASE(transaction_that_a_hook_ends_itself_is_noticed, *in_transactions()) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer)");
  BOOST_REQUIRE(!db->begin());
  must(*db, "insert into t values (1)");
  must(*db, "commit");
  const auto error = db->commit();
  BOOST_REQUIRE(error.has_value());
  BOOST_TEST(!error->rolled_back);
  BOOST_CHECK_EQUAL(error->help, "a statement of the hook has ended the transaction itself");
  BOOST_CHECK_EQUAL(cell(*db, "select count(*) from t"), "1");
}

// Trap 3: two handles of one file in one process lose rows.
BOOST_AUTO_TEST_CASE(two_sessions_of_one_process_lose_nothing) {
  const TestDatabase database;
  {
    const auto one = database.session();
    must(*one, "create table t (a integer)");
    const auto two = database.session();
    for (int i = 0; i < 20; ++i) {
      must(*one, "insert into t values (1)");
      must(*two, "insert into t values (2)");
    }
  }
  BOOST_CHECK_EQUAL(cell(*database.session(), "select count(*) from t"), "40");
}

// Trap 4: a change of the rows, then of the table, in one transaction.
BOOST_AUTO_TEST_CASE(commit_that_fails_leaves_no_transaction_and_no_change, *in_transactions()) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer)");
  must(*db, "insert into t values (1)");
  BOOST_REQUIRE(!db->begin());
  must(*db, "update t set a = 2");
  must(*db, "alter table t add column b integer");
  const auto error = db->commit();
  BOOST_TEST(!db->in_transaction());
  if (!is(Product::DuckDb)) {
    BOOST_TEST(!error.has_value());
    BOOST_CHECK_EQUAL(cell(*db, "select a from t"), "2");
    return;
  }
  BOOST_REQUIRE(error.has_value());
  BOOST_TEST(error->rolled_back);
  BOOST_CHECK_EQUAL(cell(*db, "select a from t"), "1");
  BOOST_REQUIRE(!db->begin());
  BOOST_TEST(!db->commit());
}

// ---- interruption ----

BOOST_AUTO_TEST_CASE(interrupt_ends_the_statement_and_undoes_the_transaction, *in_transactions()) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer)");
  BOOST_REQUIRE(!db->begin());
  must(*db, "insert into t values (1)");
  {
    const InterruptLater later{*db};
    BOOST_CHECK_EQUAL(name_of(error_of(*db, endless()).kind), "interrupted");
  }
  BOOST_TEST(!db->in_transaction());
  BOOST_CHECK_EQUAL(cell(*db, "select count(*) from t"), "0");
}

BOOST_AUTO_TEST_CASE(interrupt_ends_the_statement_and_the_session_goes_on) {
  const TestDatabase database;
  const auto db = database.session();
  {
    const InterruptLater later{*db};
    const AdapterError error = error_of(*db, endless());
    BOOST_CHECK_EQUAL(name_of(error.kind), "interrupted");
    BOOST_TEST(!error.is_unanswered);
  }
  BOOST_CHECK_EQUAL(cell(*db, "select 1"), "1");
}

BOOST_AUTO_TEST_CASE(interrupt_while_idle_is_without_effect) {
  const TestDatabase database;
  const auto db = database.session();
  db->interrupt();
  BOOST_CHECK_EQUAL(cell(*db, "select 1"), "1");
}

/// The most memory that the process has had since `forget_peak`, in MiB.
long peak_mebibytes() {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6)) / 1024;
  }
  BOOST_FAIL("the system does not say how much memory the process has had");
  return 0;
}
void forget_peak() { std::ofstream{"/proc/self/clear_refs"} << "5"; }

std::string numbers(int count) {
  const std::string limit = std::to_string(count);
  switch (tested_product()) {
    case Product::DuckDb: return "range(" + limit + ") as r(i)";
    case Product::Postgres: return "generate_series(1, " + limit + ") as r(i)";
    case Product::MariaDb: return "(select cast(seq as signed) as i from seq_1_to_" + limit + ") as r";
    case Product::Trino:  // a sequence has 10,000 items at most
      return "(select (y - 1) * 10000 + x as i from unnest(sequence(1, 10000)) as a(x) cross join unnest(sequence(1, " + std::to_string(count / 10'000) + ")) as b(y)) as r";
    case Product::Sqlite: return "(with recursive n(i) as (select 1 union all select i + 1 from n limit " + limit + ") select i from n) as r";
  }
  return {};
}

BOOST_AUTO_TEST_CASE(rows_that_nobody_asked_for_take_no_memory) {
  if (is_over_odbc()) return;  // the drivers hold a whole result before they give its first row
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "select 1");
  forget_peak();
  const long before = peak_mebibytes();
  const Result result = db->execute("select i, cast(i as varchar(20)) || ' as a text that does not fit into a word' from " + numbers(10'000'000), Fetch::Nothing);
  BOOST_REQUIRE(std::holds_alternative<ResultSet>(result));
  BOOST_CHECK_LT(peak_mebibytes() - before, 200);  // in whole they take about 700
}

BOOST_AUTO_TEST_CASE(result_that_does_not_fit_into_a_template_is_an_error_and_the_session_goes_on) {
  if (is_over_odbc() && !is(Product::Sqlite)) return;  // it is an error there too, but the drivers hold all of it first
  const TestDatabase database;
  const auto db = database.session();
  const std::string kilobyte = is(Product::Sqlite) ? "hex(zeroblob(500))" : is(Product::Trino) ? "rpad('x', 1000, 'x')" : "repeat('x', 1000)";
  const Result result = db->execute("select " + kilobyte + " from " + numbers(1'000'000), Fetch::Rows);
  const auto* error = std::get_if<AdapterError>(&result);
  BOOST_REQUIRE(error != nullptr);
  BOOST_CHECK(mentions(*error, "too large for a template"));
  BOOST_CHECK_EQUAL(cell(*db, "select 1"), "1");
}

BOOST_AUTO_TEST_CASE(query_that_fails_after_its_first_rows_is_an_error) {
  const TestDatabase database;
  const auto db = database.session();
  // A text that is no number is 0 for MariaDB and SQLite; each has an overflow.
  const std::string failing = is(Product::MariaDb)  ? "case when i < 9000 then 1 else 9223372036854775807 + i end"
                              : is(Product::Sqlite) ? "case when i < 9000 then 1 else abs(-9223372036854775807 - 1) end"
                                                    : "cast(case when i < 9000 then '1' else 'no number' end as integer)";
  for (const Fetch fetch : {Fetch::Rows, Fetch::Nothing}) {
    const Result result = db->execute("select " + failing + " from " + numbers(10'000), fetch);
    BOOST_CHECK(std::holds_alternative<AdapterError>(result));
    BOOST_CHECK_EQUAL(cell(*db, "select 1"), "1");
  }
}

BOOST_AUTO_TEST_CASE(schema_is_made_once_and_found_again) {
  const TestDatabase database;
  const auto db = database.session();
  if (is(Product::Sqlite)) return;  // its schemas are files
  const std::string name = "Contract \"two\"`";
  const std::string quoted = quote_name(name, db->dialect());
  BOOST_REQUIRE(!db->ensure_schema(name));
  BOOST_REQUIRE(!db->ensure_schema(name));
  must(*db, "create table " + quoted + ".t (a integer)");
  must(*db, "drop table " + quoted + ".t");
  must(*db, "drop schema " + quoted);
}

}  // namespace
}  // namespace hookc
