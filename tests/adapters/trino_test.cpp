// Boost.Test: the Trino adapter against a server that fails by request (fake_trino.py): what a line and a busy cluster do, and what the contract cannot reach.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <thread>

#include "runtime/adapters/registry.h"
#include "tests/adapters/database.h"

namespace hookc {
namespace {

using Kind = AdapterError::Kind;
using Clock = std::chrono::steady_clock;

/// Quick to give up, so that no case takes long.
Target fake_target() { return with_field(with_field(trino_target(), "retries", "3"), "request_timeout", "1"); }
std::unique_ptr<Adapter> session() { return opened(open_adapter(fake_target(), {})); }
Target tls_target() {
  const Target target = with_field(with_field(fake_target(), "port", std::getenv("HOOKC_TEST_TRINO_TLS_PORT")), "host", "localhost");
  return with_field(with_field(with_field(target, "method", "ldap"), "user", "me"), "password", "secret-of-the-test");
}

/// How often the server was asked in this way since the last statement was sent.
std::int64_t requests(Adapter& db, std::string_view method) {
  for (const auto& row : rows(db, "requests").rows) {
    if (to_text(row[0]) == method) return std::get<std::int64_t>(row[1]);
  }
  return 0;
}
bool has_sent(Adapter& db, std::string_view header) {
  const ResultSet set = rows(db, "headers");
  return std::ranges::any_of(set.rows, [&](const auto& row) { return to_text(row[0]) == header; });
}
AdapterError interrupted(Adapter& db, std::string_view sql, std::chrono::milliseconds after) {
  std::thread later{[&] {
    std::this_thread::sleep_for(after);
    db.interrupt();
  }};
  Result result = db.execute(sql, Fetch::Rows);
  later.join();
  BOOST_REQUIRE(std::holds_alternative<AdapterError>(result));
  return std::get<AdapterError>(std::move(result));
}

// ---- opening ----

BOOST_AUTO_TEST_CASE(library_that_is_not_there_names_its_package) {
  setenv("HOOKC_CURL_LIBRARY", "/nowhere/libcurl.so.4", 1);
  const AdapterError error = refused(open_adapter(fake_target(), {}));
  unsetenv("HOOKC_CURL_LIBRARY");
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(mentions(error, "libcurl4"));
}

BOOST_AUTO_TEST_CASE(target_that_cannot_be_opened_says_why) {
  BOOST_TEST(mentions(refused(open_adapter(target_of("trino", {}), {})), "it has no `host`"));
  BOOST_TEST(mentions(refused(open_adapter(target_of("trino", {{"host", "h"}}), {})), "it has no `user`"));
  BOOST_TEST(mentions(refused(open_adapter(with_field(fake_target(), "method", "kerberos"), {})), "the `kerberos` way of signing in"));
  BOOST_TEST(mentions(refused(open_adapter(with_field(fake_target(), "retries", "many"), {})), "`retries` is not a number"));
  BOOST_TEST(mentions(refused(open_adapter(with_field(fake_target(), "schema", "a\r\nX-Trino-User: root"), {})), "control character"));
}

BOOST_AUTO_TEST_CASE(nobody_at_the_port_is_a_connection_error) {
  const AdapterError error = refused(open_adapter(with_field(fake_target(), "port", "1"), {}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(!error.is_unanswered);
  BOOST_TEST(mentions(error, "cannot be reached"));
}

BOOST_AUTO_TEST_CASE(server_that_never_answers_is_given_up_after_the_timeout) {
  const SilentServer silent;
  const auto begin = Clock::now();
  const AdapterError error = refused(open_adapter(with_field(fake_target(), "port", silent.port()), {}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(mentions(error, "`request_timeout`"));
  BOOST_TEST((Clock::now() - begin < std::chrono::seconds{10}));
}

// ---- who is at the other end ----

BOOST_AUTO_TEST_CASE(certificate_is_verified_unless_the_target_says_no) {
  const AdapterError error = refused(open_adapter(tls_target(), {}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(mentions(error, "does not show a certificate that is trusted"));
  BOOST_TEST(!mentions(error, "secret-of-the-test"));
  const auto known = opened(open_adapter(with_field(tls_target(), "cert", std::getenv("HOOKC_TEST_TRINO_CA")), {}));
  BOOST_CHECK_EQUAL(cell(*known, "select 1"), "1");
  BOOST_TEST(has_sent(*known, "Authorization: Basic bWU6c2VjcmV0LW9mLXRoZS10ZXN0"));
  const AdapterError other_name = refused(open_adapter(with_field(with_field(tls_target(), "host", "127.0.0.1"), "cert", std::getenv("HOOKC_TEST_TRINO_CA")), {}));
  BOOST_TEST(mentions(other_name, "does not show a certificate that is trusted"));
  Target careless = tls_target();
  auto connection = std::make_shared<Dict>(*careless.connection);
  connection->set("cert", Value{false});
  careless.connection = connection;
  BOOST_CHECK_EQUAL(cell(*opened(open_adapter(careless, {})), "select 1"), "1");
}

BOOST_AUTO_TEST_CASE(password_is_never_sent_without_tls) {
  const Target target = with_field(with_field(with_field(fake_target(), "method", "ldap"), "password", "secret-of-the-test"), "http_scheme", "http");
  const AdapterError error = refused(open_adapter(target, {}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(!mentions(error, "secret-of-the-test"));
}

BOOST_AUTO_TEST_CASE(server_that_sends_on_to_another_is_not_followed) {
  const auto db = session();
  for (const char* sql : {"elsewhere", "elsewhere by user"}) {
    const AdapterError error = error_of(*db, sql);
    BOOST_TEST((error.kind == Kind::Connection));
    BOOST_TEST(mentions(error, "sends on to another server"));
    BOOST_TEST(error.is_unanswered);
  }
}

BOOST_AUTO_TEST_CASE(what_the_server_quotes_of_a_secret_is_not_shown) {
  Target target = with_field(tls_target(), "method", "jwt");
  target = with_field(with_field(target, "jwt_token", "secret-token-of-the-test"), "cert", std::getenv("HOOKC_TEST_TRINO_CA"));
  const auto db = opened(open_adapter(target, {}));
  const AdapterError refusal = error_of(*db, "wrong password");
  BOOST_TEST((refusal.kind == Kind::Connection));
  BOOST_CHECK_EQUAL(refusal.code, "401");
  BOOST_TEST(mentions(refusal, "Bearer ***"));
  BOOST_TEST(mentions(error_of(*db, "quoted secret"), "Bearer ***"));
}

// ---- a line that breaks, a cluster that is busy ----

BOOST_AUTO_TEST_CASE(busy_server_is_asked_again) {
  const auto db = session();
  BOOST_CHECK_EQUAL(cell(*db, "busy"), "1");
  BOOST_CHECK_EQUAL(requests(*db, "POST"), 3);
  const AdapterError error = error_of(*db, "busy for ever");
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_CHECK_EQUAL(error.code, "503");
  BOOST_TEST(!error.is_unanswered);
  BOOST_CHECK_EQUAL(requests(*db, "POST"), 4);
}

BOOST_AUTO_TEST_CASE(statement_that_may_have_been_taken_is_not_sent_again) {
  const auto db = session();
  for (const char* sql : {"gateway that loses the statement", "cut statement", "no json"}) {
    const AdapterError error = error_of(*db, sql);
    BOOST_TEST((error.kind == Kind::Connection), sql);
    BOOST_TEST(error.is_unanswered, sql);
    BOOST_CHECK_EQUAL(requests(*db, "POST"), 1);
  }
}

BOOST_AUTO_TEST_CASE(page_that_is_lost_is_asked_for_again) {
  const auto db = session();
  for (const char* sql : {"gateway that loses a page", "cut page"}) {
    BOOST_CHECK_EQUAL(cell(*db, sql), "1");
    BOOST_CHECK_EQUAL(requests(*db, "GET"), 3);
  }
  const AdapterError error = error_of(*db, "page that is always cut");
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(error.is_unanswered);
  BOOST_CHECK_EQUAL(requests(*db, "DELETE"), 1);
}

BOOST_AUTO_TEST_CASE(server_that_falls_silent_is_given_up_and_its_statement_cancelled) {
  const auto db = session();
  const auto begin = Clock::now();
  const AdapterError error = error_of(*db, "silent page");
  BOOST_TEST((Clock::now() - begin < std::chrono::seconds{8}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(error.is_unanswered);
  BOOST_CHECK_EQUAL(requests(*db, "DELETE"), 1);
  BOOST_CHECK_EQUAL(cell(*db, "select 1"), "1");
}

BOOST_AUTO_TEST_CASE(answers_of_another_form_are_errors) {
  const auto db = session();
  for (const char* sql : {"json of another form", "pages of another form"}) BOOST_TEST((error_of(*db, sql).kind == Kind::Connection), sql);
  BOOST_TEST((error_of(*db, "forbidden").kind == Kind::Permission));
  BOOST_CHECK_EQUAL(error_of(*db, "a statement that the fake does not know").code, "400");
}

// ---- interruption ----

BOOST_AUTO_TEST_CASE(interrupt_cancels_the_statement_at_the_server) {
  const auto db = session();
  for (const char* sql : {"endless", "silent page", "slow statement"}) {
    const AdapterError error = interrupted(*db, sql, std::chrono::milliseconds{150});
    BOOST_CHECK_EQUAL(name_of(error.kind), "interrupted");
    BOOST_TEST(!error.is_unanswered, sql);
    BOOST_CHECK_EQUAL(requests(*db, "DELETE"), 1);
    BOOST_CHECK_EQUAL(cell(*db, "select 1"), "1");
  }
}

BOOST_AUTO_TEST_CASE(interrupted_statement_that_was_never_answered_is_in_doubt) {
  const auto db = opened(open_adapter(with_field(fake_target(), "request_timeout", "30"), {}));
  const auto begin = Clock::now();
  const AdapterError error = interrupted(*db, "silent statement", std::chrono::milliseconds{50});
  BOOST_TEST((Clock::now() - begin < std::chrono::seconds{8}));
  BOOST_CHECK_EQUAL(name_of(error.kind), "interrupted");
  BOOST_TEST(error.is_unanswered);
  BOOST_TEST(mentions(error, "may still run"));
}

BOOST_AUTO_TEST_CASE(interrupt_ends_the_wait_for_a_busy_server) {
  const auto db = opened(open_adapter(with_field(fake_target(), "retries", "1000"), {}));
  const AdapterError error = interrupted(*db, "busy for ever", std::chrono::milliseconds{200});
  BOOST_CHECK_EQUAL(name_of(error.kind), "interrupted");
}

// ---- results ----

BOOST_AUTO_TEST_CASE(pages_become_one_result) {
  const auto db = session();
  const ResultSet set = rows(*db, "two pages");
  BOOST_REQUIRE_EQUAL(set.rows.size(), 3U);
  BOOST_CHECK_EQUAL(to_text(set.rows[2][0]).value_or(""), "3");
  BOOST_CHECK_EQUAL(rows(*db, "insert").rows_affected, 3U);
  BOOST_CHECK_EQUAL(rows(*db, "insert").query_id, "q1");
  BOOST_TEST(rows(*db, "insert").rows.empty());
  BOOST_TEST(rows(*db, "nothing but nulls").rows.empty());
}

BOOST_AUTO_TEST_CASE(values_are_as_templates_expect_them) {
  const auto db = session();
  const ResultSet set = rows(*db, "values");
  const auto& row = set.rows.at(0);
  BOOST_CHECK_EQUAL(to_text(row.at(0)).value_or(""), "2023-12-31 20:30:00.250000+00:00");
  BOOST_CHECK_EQUAL(to_text(row.at(1)).value_or(""), "2024-01-01 02:00:00 Europe/Paris");
  BOOST_TEST((row.at(2) == Cell{Decimal{"12.50"}}));
  BOOST_TEST((row.at(3) == Cell{0.5}));
  BOOST_CHECK_EQUAL(to_text(row.at(5)).value_or(""), "[1,null]");
  BOOST_CHECK_EQUAL(to_text(row.at(6)).value_or(""), "2024-01-01 02:00:00.123456");
  BOOST_TEST((row.at(7) == Cell{}));
  BOOST_TEST((set.columns.at(0).kind == ColumnKind::DateTime));
}

BOOST_AUTO_TEST_CASE(result_that_does_not_fit_ends_the_statement) {
  const auto db = session();
  const AdapterError error = error_of(*db, "too large");
  BOOST_TEST(mentions(error, "too large for a template"));
  BOOST_CHECK_EQUAL(requests(*db, "DELETE"), 1);
}

BOOST_AUTO_TEST_CASE(error_after_the_first_rows_is_an_error) {
  const auto db = session();
  for (const Fetch fetch : {Fetch::Rows, Fetch::Nothing}) {
    const Result result = db->execute("late error", fetch);
    const auto* error = std::get_if<AdapterError>(&result);
    BOOST_REQUIRE(error != nullptr);
    BOOST_CHECK_EQUAL(error->code, "DIVISION_BY_ZERO");
    BOOST_CHECK_EQUAL(error->query_id, "q1");
    BOOST_TEST(!error->is_unanswered);
  }
}

BOOST_AUTO_TEST_CASE(errors_of_a_cluster_have_classes) {
  const auto db = session();
  const std::map<std::string, std::string_view> expected{
      {"busy cluster", "conflict"}, {"write conflict", "conflict"}, {"lost worker", "connection"}, {"administrator", "interrupted"}, {"out of memory", "other"}};
  for (const auto& [sql, kind] : expected) BOOST_CHECK_EQUAL(name_of(error_of(*db, sql).kind), kind);
}

BOOST_AUTO_TEST_CASE(place_of_an_error_is_a_byte_of_the_whole_text) {
  const auto db = session();
  const std::string sql = "select 1;\nselect '\xC3\xA4',\n  x";
  const AdapterError error = error_of(*db, sql);
  BOOST_REQUIRE(error.position.has_value());
  BOOST_CHECK_EQUAL(*error.position, sql.size() - 1);
  BOOST_CHECK_EQUAL(error.message, "Column 'x' cannot be resolved");
}

// ---- what a session keeps ----

BOOST_AUTO_TEST_CASE(session_is_kept_in_headers) {
  const auto db = session();
  BOOST_TEST(has_sent(*db, "X-Trino-Catalog: memory"));
  for (const char* sql : {"use", "set session", "set role", "prepare"}) must(*db, sql);
  must(*db, "select 1");
  for (const char* header : {"X-Trino-Catalog: other", "X-Trino-Schema: place", "X-Trino-Session: limit=a%2Cb", "X-Trino-Role: memory=ROLE%7Badmin%7D", "X-Trino-Prepared-Statement: p=select+1"}) {
    BOOST_TEST(has_sent(*db, header), header);
  }
  for (const char* sql : {"reset session", "deallocate", "select 1"}) must(*db, sql);
  BOOST_TEST(!has_sent(*db, "X-Trino-Session: limit=a%2Cb"));
  BOOST_TEST(!has_sent(*db, "X-Trino-Prepared-Statement: p=select+1"));
}

BOOST_AUTO_TEST_CASE(transaction_that_a_text_leaves_failed_is_rolled_back) {
  const auto db = session();
  must(*db, "start transaction");
  must(*db, "select 1");
  BOOST_TEST(has_sent(*db, "X-Trino-Transaction-Id: tx7"));
  BOOST_TEST(error_of(*db, "late error").rolled_back);
  BOOST_TEST(has_sent(*db, "X-Trino-Transaction-Id: tx7"));  // of the rollback itself
  must(*db, "select 1");
  BOOST_TEST(has_sent(*db, "X-Trino-Transaction-Id: NONE"));
}

BOOST_AUTO_TEST_CASE(begin_is_refused_with_a_reason) {
  const auto db = session();
  const auto error = db->begin();
  BOOST_REQUIRE(error.has_value());
  BOOST_TEST((error->kind == Kind::Unsupported));
  BOOST_TEST(!db->capabilities().transactions);
}

}  // namespace
}  // namespace hookc
