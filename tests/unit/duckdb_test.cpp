// Boost.Test: the DuckDB adapter against a real library: the layout of its C interface, its errors, its transactions.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "compiler/value/value.h"
#include "compiler/value/repr.h"
#include "runtime/adapters/duckdb.h"
#include "runtime/adapters/duckdb_api.h"
#include "runtime/adapters/duckdb_error.h"
#include "runtime/adapters/duckdb_times.h"
#include "runtime/adapters/registry.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;
using Kind = AdapterError::Kind;

std::unique_ptr<Adapter> opened(AdapterOrError result) {
  if (const auto* error = std::get_if<AdapterError>(&result)) BOOST_FAIL(describe(*error));
  return std::move(std::get<std::unique_ptr<Adapter>>(result));
}

std::unique_ptr<Adapter> in_memory() { return opened(open_duckdb_file(":memory:", {})); }

ResultSet rows(Adapter& adapter, std::string_view sql) {
  Result result = adapter.execute(sql, Fetch::Rows);
  if (const auto* error = std::get_if<AdapterError>(&result)) BOOST_FAIL(describe(*error));
  return std::get<ResultSet>(std::move(result));
}

AdapterError error_of(Result result) {
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<AdapterError>(result), "the statement succeeded");
  return std::get<AdapterError>(std::move(result));
}

AdapterError error_of(AdapterOrError result) {
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<AdapterError>(result), "the database was opened");
  return std::get<AdapterError>(std::move(result));
}

/// The single cell of a query as text; `NULL` for none.
std::string cell(Adapter& adapter, std::string_view sql) {
  const ResultSet set = rows(adapter, sql);
  BOOST_REQUIRE_EQUAL(set.rows.size(), 1U);
  BOOST_REQUIRE_EQUAL(set.rows[0].size(), 1U);
  return to_text(set.rows[0][0]).value_or("NULL");
}

template <class T>
bool is_cell(Adapter& adapter, std::string_view sql, const T& expected) {
  const ResultSet set = rows(adapter, sql);
  const auto* actual = std::get_if<T>(&set.rows.at(0).at(0));
  return actual != nullptr && *actual == expected;
}

struct Folder {
  fs::path path =
      fs::temp_directory_path() / fs::path{"hookc_duckdb_test_" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count())};
  Folder() { fs::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
  [[nodiscard]] std::string file(const char* name) const { return (path / name).string(); }
};

Target duckdb_target(const std::vector<std::pair<std::string, Value>>& fields) {
  Target target;
  target.name = "dev";
  target.type = "duckdb";
  target.connection = std::make_shared<Dict>();
  for (const auto& [name, value] : fields) target.connection->set(name, value);
  return target;
}

// ---- the interface in memory ----

BOOST_AUTO_TEST_CASE(the_library_has_every_function_that_is_declared) {
  const auto library = duckdb::load_library(std::nullopt);
  if (const auto* error = std::get_if<AdapterError>(&library)) BOOST_FAIL(describe(*error));
  const std::string version = std::get<std::shared_ptr<const duckdb::Library>>(library)->api().library_version();
  BOOST_TEST(version.starts_with("v1."));
}

BOOST_AUTO_TEST_CASE(integers_of_every_width_are_read) {
  const auto db = in_memory();
  BOOST_TEST(is_cell<std::int64_t>(*db, "select (-128)::tinyint", -128));
  BOOST_TEST(is_cell<std::int64_t>(*db, "select (-32768)::smallint", -32768));
  BOOST_TEST(is_cell<std::int64_t>(*db, "select (-2147483648)::integer", -2147483648LL));
  BOOST_TEST(is_cell<std::int64_t>(*db, "select (-9223372036854775808)::bigint", std::numeric_limits<std::int64_t>::min()));
  BOOST_TEST(is_cell<std::int64_t>(*db, "select 255::utinyint", 255));
  BOOST_TEST(is_cell<std::int64_t>(*db, "select 65535::usmallint", 65535));
  BOOST_TEST(is_cell<std::int64_t>(*db, "select 4294967295::uinteger", 4294967295LL));
  BOOST_TEST(is_cell<std::int64_t>(*db, "select sum(a) from range(4) t(a)", 6));  // a HUGEINT
  BOOST_TEST(is_cell<Decimal>(*db, "select 18446744073709551615::ubigint", Decimal{"18446744073709551615"}));
  BOOST_TEST(
      is_cell<Decimal>(*db, "select (-170141183460469231731687303715884105728)::hugeint", Decimal{"-170141183460469231731687303715884105728"}));
  BOOST_TEST(is_cell<Decimal>(*db, "select 340282366920938463463374607431768211455::uhugeint", Decimal{"340282366920938463463374607431768211455"}));
}

BOOST_AUTO_TEST_CASE(decimals_of_every_storage_keep_their_digits) {
  const auto db = in_memory();
  BOOST_TEST(is_cell<Decimal>(*db, "select 12.50::decimal(4,2)", Decimal{"12.50"}));
  BOOST_TEST(is_cell<Decimal>(*db, "select (-0.05)::decimal(9,2)", Decimal{"-0.05"}));
  BOOST_TEST(is_cell<Decimal>(*db, "select 1234567890.123456::decimal(18,6)", Decimal{"1234567890.123456"}));
  BOOST_TEST(
      is_cell<Decimal>(*db, "select 12345678901234567890123456789012345.678::decimal(38,3)", Decimal{"12345678901234567890123456789012345.678"}));
  BOOST_TEST(is_cell<Decimal>(*db, "select 7::decimal(5,0)", Decimal{"7"}));
}

BOOST_AUTO_TEST_CASE(other_plain_values_are_read) {
  const auto db = in_memory();
  BOOST_TEST(is_cell<bool>(*db, "select true", true));
  BOOST_TEST(is_cell<double>(*db, "select 0.1::double", 0.1));
  BOOST_TEST(is_cell<double>(*db, "select 0.5::float", 0.5));
  BOOST_TEST(cell(*db, "select null") == "NULL");
  BOOST_TEST(cell(*db, "select null::integer") == "NULL");
  BOOST_TEST(cell(*db, "select 'twelve bytes'") == "twelve bytes");
  BOOST_TEST(cell(*db, "select 'thirteen byte'") == "thirteen byte");
  BOOST_TEST(cell(*db, "select repeat('é', 1000)").size() == 2000U);
  BOOST_TEST(cell(*db, "select ''") == "");
  BOOST_TEST(cell(*db, "select '\\xAA\\x41'::blob") == "\\xAAA");
  BOOST_TEST(cell(*db, "select '0101101'::bit") == "0101101");
  BOOST_TEST(cell(*db, "select '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid") == "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  BOOST_TEST(cell(*db, "select 'sad'::enum('happy', 'sad')") == "sad");
}

BOOST_AUTO_TEST_CASE(times_are_written_as_python_writes_them) {
  const auto db = in_memory();
  BOOST_TEST(cell(*db, "select date '2024-02-29'") == "2024-02-29");
  BOOST_TEST(cell(*db, "select date '1969-12-31'") == "1969-12-31");
  BOOST_TEST(cell(*db, "select 'infinity'::date") == "infinity");
  BOOST_TEST(cell(*db, "select '-infinity'::timestamp") == "-infinity");
  BOOST_TEST(cell(*db, "select timestamp '2024-03-01 23:59:59'") == "2024-03-01 23:59:59");
  BOOST_TEST(cell(*db, "select timestamp '1969-12-31 23:59:59.5'") == "1969-12-31 23:59:59.500000");
  BOOST_TEST(cell(*db, "select timestamptz '2024-03-01 12:00:00+02'") == "2024-03-01 10:00:00+00:00");
  BOOST_TEST(cell(*db, "select '2024-03-01 12:00:00'::timestamp_s") == "2024-03-01 12:00:00");
  BOOST_TEST(cell(*db, "select '2024-03-01 12:00:00.25'::timestamp_ms") == "2024-03-01 12:00:00.250000");
  BOOST_TEST(cell(*db, "select '2024-03-01 12:00:00.123456789'::timestamp_ns") == "2024-03-01 12:00:00.123456789");
  BOOST_TEST(cell(*db, "select time '01:02:03.000004'") == "01:02:03.000004");
  BOOST_TEST(cell(*db, "select timetz '01:02:03-04:30'") == "01:02:03-04:30");
  BOOST_TEST(cell(*db, "select interval '14 months' + interval '3 days' + interval '90 seconds'") == "1 year 2 months 3 days 00:01:30");
  BOOST_TEST(cell(*db, "select interval '0 days'") == "00:00:00");
}

BOOST_AUTO_TEST_CASE(dates_agree_with_the_database_over_centuries) {
  const auto db = in_memory();
  const ResultSet set = rows(*db, "select d, d::varchar from (select date '1599-12-25' + (i * 37)::integer as d from range(6000) t(i))");
  BOOST_REQUIRE_EQUAL(set.rows.size(), 6000U);
  for (const auto& row : set.rows) BOOST_REQUIRE_EQUAL(to_text(row[0]).value_or(""), to_text(row[1]).value_or("?"));
}

BOOST_AUTO_TEST_CASE(nested_values_are_texts) {
  const auto db = in_memory();
  BOOST_TEST(cell(*db, "select [1, 2, null]") == "[1, 2, None]");
  BOOST_TEST(cell(*db, "select [['a'], ['it''s', 'b']]") == "[['a'], ['it\\'s', 'b']]");
  BOOST_TEST(cell(*db, "select {'a': 1, 'b': [true, false]}") == "{'a': 1, 'b': [True, False]}");
  BOOST_TEST(cell(*db, "select map {'k': 1, 'l': 2}") == "{'k': 1, 'l': 2}");
  BOOST_TEST(cell(*db, "select [1, 2, 3]::integer[3]") == "[1, 2, 3]");
  const ResultSet set = rows(*db, "select [i, i + 1]::integer[2] from range(3) t(i) order by i");
  BOOST_TEST(to_text(set.rows.at(2).at(0)).value_or("") == "[2, 3]");
}

BOOST_AUTO_TEST_CASE(a_type_that_cannot_be_read_is_an_error_with_a_remedy) {
  const auto db = in_memory();
  const AdapterError error = error_of(db->execute("select union_value(num := 2) as u", Fetch::Rows));
  BOOST_TEST((error.kind == Kind::Unsupported));
  BOOST_TEST(error.message == "column `u` has a type that hookc cannot read: UNION");
  BOOST_TEST(error.help == "cast the column to varchar");
}

BOOST_AUTO_TEST_CASE(results_larger_than_a_chunk_keep_rows_and_nulls_in_place) {
  const auto db = in_memory();
  const ResultSet set = rows(*db, "select i, case when i % 3 = 0 then null else 'row ' || i end as s from range(5000) t(i) order by i");
  BOOST_REQUIRE_EQUAL(set.rows.size(), 5000U);
  BOOST_TEST(set.columns.at(1).name == "s");
  BOOST_TEST(set.columns.at(1).type == "VARCHAR");
  BOOST_TEST(name_of(set.columns.at(0).kind) == "Integer");
  for (std::size_t i = 0; i < set.rows.size(); ++i) {
    BOOST_REQUIRE((std::get<std::int64_t>(set.rows[i][0]) == static_cast<std::int64_t>(i)));
    BOOST_REQUIRE_EQUAL(to_text(set.rows[i][1]).value_or("NULL"), i % 3 == 0 ? "NULL" : "row " + std::to_string(i));
  }
}

BOOST_AUTO_TEST_CASE(affected_rows_are_counted_and_rows_left_out_on_request) {
  const auto db = in_memory();
  rows(*db, "create table t as select i from range(10) x(i)");
  const Result updated = db->execute("update t set i = i + 1 where i < 4", Fetch::Rows);
  BOOST_TEST(std::get<ResultSet>(updated).rows_affected == 4U);
  BOOST_TEST(std::get<ResultSet>(updated).rows.empty());
  const Result selected = db->execute("select * from t", Fetch::Nothing);
  BOOST_TEST(std::get<ResultSet>(selected).columns.empty());
  BOOST_TEST(rows(*db, "insert into t values (99) returning i").rows.size() == 1U);
}

BOOST_AUTO_TEST_CASE(cells_become_values_of_templates) {
  const Position position{7};
  BOOST_TEST(to_value(Cell{}, ColumnKind::Number, position).is<None>());
  BOOST_TEST(*to_value(Cell{std::int64_t{4}}, ColumnKind::Integer, position).get_if<std::int64_t>() == 4);
  BOOST_TEST(display(to_value(Cell{Decimal{"12.50"}}, ColumnKind::Number, position)) == "12.50");
  BOOST_TEST(display(to_value(Cell{Decimal{"12345678901234567.89"}}, ColumnKind::Number, position)) == "12345678901234567.89");
  BOOST_TEST(display(to_value(Cell{0.1}, ColumnKind::Number, position)) == "0.1");
  BOOST_TEST(type_name(to_value(Cell{0.1}, ColumnKind::Number, position)) == "decimal.Decimal");
  BOOST_TEST(text_of(to_value(Cell{Decimal{"NaN"}}, ColumnKind::Number, position)).value_or("") == "NaN");
  BOOST_TEST(text_of(to_value(Cell{std::string{"a"}}, ColumnKind::Text, position)).value_or("") == "a");
}

// ---- errors ----

BOOST_AUTO_TEST_CASE(errors_say_what_kind_they_are_and_where) {
  const auto db = in_memory();
  rows(*db, "create table t (id integer primary key)");
  rows(*db, "insert into t values (1)");
  const auto kind = [&](std::string_view sql) { return std::string{name_of(error_of(db->execute(sql, Fetch::Rows)).kind)}; };
  BOOST_TEST(kind("selec 1") == "syntax");
  BOOST_TEST(kind("select * from nowhere") == "missing");
  BOOST_TEST(kind("select nothing from t") == "missing");
  BOOST_TEST(kind("select no_such_function(1)") == "missing");
  BOOST_TEST(kind("create table t (a integer)") == "exists");
  BOOST_TEST(kind("insert into t values (1)") == "constraint");
  BOOST_TEST(kind("vacuum full t") == "unsupported");
  BOOST_TEST(kind("select cast('x' as integer)") == "other");
  const AdapterError error = error_of(db->execute("select 1;\nselect 'é', nothing from t", Fetch::Rows));
  BOOST_REQUIRE(error.position.has_value());
  BOOST_TEST(*error.position == 23U);
  BOOST_TEST(error.code == "Binder");
  BOOST_TEST(error.message.starts_with("Referenced column \"nothing\" not found"));
}

BOOST_AUTO_TEST_CASE(an_error_of_any_wording_is_read) {
  const AdapterError plain = duckdb::error_from("IO Error: Could not set lock on file \"x\"", 28, 0);
  BOOST_TEST((plain.kind == Kind::Connection));
  BOOST_TEST(plain.code == "IO");
  BOOST_TEST(duckdb::error_from("no colon", 0, 0).message == "no colon");
  BOOST_TEST(duckdb::error_from("Parser Error: {broken", 14, 0).message == "{broken");
  const AdapterError outside = duckdb::error_from(R"({"exception_type":"Binder","exception_message":"m","position":"99"})", 24, 10);
  BOOST_TEST(!outside.position.has_value());
}

BOOST_AUTO_TEST_CASE(a_nul_byte_does_not_cut_the_text_in_silence) {
  const auto db = in_memory();
  rows(*db, "create table t (a integer)");
  const AdapterError error = error_of(db->execute(std::string_view{"insert into t values (1)\0; insert into t values (2)", 51}, Fetch::Nothing));
  BOOST_TEST((error.kind == Kind::Syntax));
  BOOST_TEST(error.position.value_or(0) == 24U);
  BOOST_TEST(cell(*db, "select count(*) from t") == "0");
}

BOOST_AUTO_TEST_CASE(a_running_statement_can_be_interrupted) {
  const auto db = in_memory();
  std::atomic<bool> has_ended{false};
  std::thread watch{[&] {
    while (!has_ended) {  // an interrupt while idle has no effect, so it is repeated until the statement has begun
      db->interrupt();
      std::this_thread::yield();
    }
  }};
  const Result result = db->execute("select count(*) from range(3000000) a(i), range(3000000) b(j) where (i * j) % 7 = 3", Fetch::Rows);
  has_ended = true;
  watch.join();
  BOOST_TEST((error_of(result).kind == Kind::Interrupted));
  BOOST_TEST(cell(*db, "select 1") == "1");
}

// ---- transactions ----

BOOST_AUTO_TEST_CASE(what_is_committed_stays_and_what_is_rolled_back_goes) {
  const auto db = in_memory();
  rows(*db, "create table t (a integer)");
  BOOST_TEST(!db->begin());
  BOOST_TEST(db->in_transaction());
  rows(*db, "insert into t values (1)");
  BOOST_TEST(!db->commit());
  BOOST_TEST(!db->in_transaction());
  BOOST_TEST(!db->begin());
  rows(*db, "insert into t values (2)");
  rows(*db, "create table made_in_transaction (a integer)");
  BOOST_TEST(!db->rollback());
  BOOST_TEST(cell(*db, "select string_agg(a, ',') from t") == "1");
  BOOST_TEST((error_of(db->execute("select * from made_in_transaction", Fetch::Rows)).kind == Kind::Missing));
}

BOOST_AUTO_TEST_CASE(a_failed_statement_undoes_its_transaction_and_commit_says_so) {
  // One error that aborts the transaction in the database, one that would leave it open.
  for (const std::string_view bad : {"select cast('x' as integer)", "select * from nowhere"}) {
    const auto db = in_memory();
    rows(*db, "create table t (a integer)");
    BOOST_TEST(!db->begin());
    rows(*db, "insert into t values (1)");
    BOOST_TEST(error_of(db->execute(bad, Fetch::Rows)).rolled_back);
    BOOST_TEST(!db->in_transaction());
    const auto error = db->commit();
    BOOST_REQUIRE(error.has_value());
    BOOST_TEST(cell(*db, "select count(*) from t") == "0");
  }
}

BOOST_AUTO_TEST_CASE(a_transaction_that_a_text_began_is_undone_by_its_error) {
  const auto db = in_memory();
  rows(*db, "create table t (a integer)");
  BOOST_TEST(error_of(db->execute("begin; insert into t values (1); select cast('x' as integer); commit", Fetch::Nothing)).rolled_back);
  BOOST_TEST(cell(*db, "select count(*) from t") == "0");
  BOOST_TEST(!error_of(db->execute("select * from nowhere", Fetch::Rows)).rolled_back);
}

BOOST_AUTO_TEST_CASE(a_conflict_with_another_session_is_found_at_commit) {
  const Folder folder;
  const auto one = opened(open_duckdb_file(folder.file("c.duckdb"), {}));
  const auto two = opened(open_duckdb_file(folder.file("c.duckdb"), {}));
  rows(*one, "create table t (id integer primary key)");
  BOOST_TEST(!one->begin());
  BOOST_TEST(!two->begin());
  rows(*one, "insert into t values (1)");
  const Result second = two->execute("insert into t values (1)", Fetch::Nothing);
  BOOST_TEST(!one->commit());
  if (std::holds_alternative<ResultSet>(second)) {
    const auto error = two->commit();
    BOOST_REQUIRE(error.has_value());
    BOOST_TEST(error->rolled_back);
  }
  BOOST_TEST(cell(*two, "select count(*) from t") == "1");
}

BOOST_AUTO_TEST_CASE(a_transaction_that_the_text_ended_is_reported) {
  const auto db = in_memory();
  BOOST_TEST(!db->begin());
  rows(*db, "commit");
  const auto error = db->commit();
  BOOST_REQUIRE(error.has_value());
  BOOST_TEST(!error->rolled_back);
  BOOST_TEST(error->help == "a statement of the hook has ended the transaction itself");
}

// ---- sessions ----

BOOST_AUTO_TEST_CASE(two_sessions_on_one_file_share_it_and_lose_nothing) {
  const Folder folder;
  const std::string file = folder.file("shared.duckdb");
  {
    const auto one = opened(open_duckdb_file(file, {}));
    const auto two = opened(open_duckdb_file((folder.path / "." / "shared.duckdb").string(), {}));
    rows(*one, "create table t as select i from range(10000) x(i)");
    rows(*two, "insert into t select i from range(10000) x(i)");
  }
  const auto again = opened(open_duckdb_file(file, {}));
  BOOST_TEST(cell(*again, "select count(*) from t") == "20000");
}

BOOST_AUTO_TEST_CASE(sessions_in_memory_are_apart) {
  const auto one = in_memory();
  const auto two = in_memory();
  rows(*one, "create table t (a integer)");
  BOOST_TEST((error_of(two->execute("select * from t", Fetch::Rows)).kind == Kind::Missing));
}

BOOST_AUTO_TEST_CASE(a_missing_folder_is_named_with_a_remedy) {
  const Folder folder;
  const AdapterError error = error_of(open_duckdb_file(folder.file("absent/x.duckdb"), {}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(error.message.find("absent` of the database") != std::string::npos);
  BOOST_TEST(!error.help.empty());
  BOOST_TEST(!fs::exists(folder.path / "absent"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_refused) {
  const Folder folder;
  std::ofstream{folder.file("notes.txt")} << "these are notes, and longer than a header of a database file is: " << std::string(8192, 'x');
  const AdapterError error = error_of(open_duckdb_file(folder.file("notes.txt"), {}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(error.message.find("not a valid DuckDB database file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(relative_paths_start_at_the_base_folder) {
  const Folder folder;
  const auto db = opened(open_duckdb_file("based.duckdb", AdapterOptions{std::nullopt, folder.path}));
  rows(*db, "create table t (a integer)");
  BOOST_TEST(fs::exists(folder.path / "based.duckdb"));
}

BOOST_AUTO_TEST_CASE(a_library_that_is_not_there_or_is_none_is_named_with_a_remedy) {
  BOOST_TEST(duckdb::library_candidates("/opt/hookc/bin").at(1) == fs::path{"/opt/hookc/lib/libduckdb.so"});
  // The environment names the library for these tests and wins over the option; without it the option must be used.
  const char* named = std::getenv("HOOKC_DUCKDB_LIBRARY");
  const std::string kept = named == nullptr ? "" : named;
  unsetenv("HOOKC_DUCKDB_LIBRARY");
  const AdapterError absent = error_of(open_duckdb_file(":memory:", AdapterOptions{fs::path{"/nowhere/libduckdb.so"}, std::nullopt}));
  const AdapterError other = error_of(open_duckdb_file(":memory:", AdapterOptions{fs::path{"libm.so.6"}, std::nullopt}));
  if (!kept.empty()) setenv("HOOKC_DUCKDB_LIBRARY", kept.c_str(), 1);
  BOOST_TEST(absent.message.starts_with("the DuckDB library `/nowhere/libduckdb.so` cannot be loaded"));
  BOOST_TEST(absent.help.find("scripts/install-duckdb") != std::string::npos);
  BOOST_TEST(other.message == "`libm.so.6` is not a DuckDB library that hookc can use: it has no `duckdb_library_version`");
}

BOOST_AUTO_TEST_CASE(a_schema_is_made_once_whatever_its_name) {
  const auto db = in_memory();
  BOOST_TEST(!db->ensure_schema("odd \"name\""));
  BOOST_TEST(!db->ensure_schema("odd \"name\""));
  BOOST_TEST(cell(*db, "select count(*) from information_schema.schemata where schema_name = 'odd \"name\"'") == "1");
}

// ---- targets ----

BOOST_AUTO_TEST_CASE(a_target_sets_up_its_session) {
  const Folder folder;
  Value settings = make_dict();
  (*settings.get_if<DictPtr>())->set("memory_limit", make_name("200MB"));
  Value config = make_dict();
  (*config.get_if<DictPtr>())->set("threads", Value{std::int64_t{1}});
  Value attachment = make_dict();
  (*attachment.get_if<DictPtr>())->set("path", make_name(folder.file("other.duckdb")));
  (*attachment.get_if<DictPtr>())->set("alias", make_name("other"));
  const Target target = duckdb_target({{"type", make_name("duckdb")},
                                       {"path", make_name(folder.file("main.duckdb"))},
                                       {"schema", make_name("analytics")},
                                       {"threads", Value{std::int64_t{4}}},
                                       {"settings", settings},
                                       {"config_options", config},
                                       {"attach", make_list({attachment})}});
  const auto db = opened(open_adapter(target, {}));
  BOOST_TEST(cell(*db, "select current_setting('threads')") == "1");
  BOOST_TEST(cell(*db, "select current_setting('memory_limit')") != "");
  rows(*db, "create table other.t (a integer)");
  BOOST_TEST(fs::exists(folder.path / "main.duckdb"));
}

BOOST_AUTO_TEST_CASE(fields_that_would_change_the_session_are_not_ignored) {
  const AdapterError error = error_of(open_adapter(duckdb_target({{"plugins", make_list({make_name("x")})}}), {}));
  BOOST_TEST((error.kind == Kind::Unsupported));
  BOOST_TEST(error.message == "the target cannot be opened: hookc does not have dbt-duckdb's `plugins` yet");
  const AdapterError remote = error_of(open_adapter(duckdb_target({{"path", make_name("md:mine")}}), {}));
  BOOST_TEST(remote.message == "`md:mine` is not a file: hookc opens DuckDB files only");
}

BOOST_AUTO_TEST_CASE(a_target_of_a_type_that_nothing_is_known_of_is_told_how_to_name_a_driver) {
  Target target;
  target.name = "prod";
  target.type = "teradata";
  const AdapterError error = error_of(open_adapter(target, {}));
  BOOST_TEST(error.message == "the target cannot be opened: it names no ODBC driver");
  BOOST_TEST(error.help.find("odbcinst -q -d") != std::string::npos);
}

}  // namespace
}  // namespace hookc
