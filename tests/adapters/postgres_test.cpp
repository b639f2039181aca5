// Boost.Test: the PostgreSQL adapter against a real server: what DuckDB has no counterpart of.
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "runtime/adapters/postgres_values.h"
#include "runtime/adapters/registry.h"
#include "tests/adapters/database.h"

namespace hookc {
namespace {

using Kind = AdapterError::Kind;

std::string port() { return std::getenv("HOOKC_TEST_POSTGRES_PORT"); }

BOOST_AUTO_TEST_CASE(target_without_a_host_is_refused) {
  BOOST_CHECK_EQUAL(refused(open_adapter(target_of("postgres", {}), {})).message, "the target cannot be opened: it has no `host`");
}

BOOST_AUTO_TEST_CASE(library_that_is_not_there_names_its_package) {
  setenv("HOOKC_LIBPQ_LIBRARY", "/nowhere/libpq.so.5", 1);
  const AdapterError error = refused(open_adapter(postgres_target(), {}));
  unsetenv("HOOKC_LIBPQ_LIBRARY");
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(mentions(error, "libpq5"));
}

BOOST_AUTO_TEST_CASE(wrong_password_is_a_connection_error_without_the_password) {
  const AdapterError error = refused(open_adapter(with_field(with_field(postgres_target(), "user", "locked"), "password", "wrong-secret"), {}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(mentions(error, "password authentication failed"));
  BOOST_TEST(!mentions(error, "wrong-secret"));
}

BOOST_AUTO_TEST_CASE(password_of_either_name_and_of_a_file_is_used) {
  const Target locked = with_field(postgres_target(), "user", "locked");
  BOOST_CHECK_EQUAL(cell(*opened(open_adapter(with_field(locked, "pass", "right"), {})), "select current_user"), "locked");
  const auto file = std::filesystem::temp_directory_path() / ("hookc_passfile_" + std::to_string(getpid()));
  std::ofstream{file} << "*:*:*:locked:right\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  BOOST_CHECK_EQUAL(cell(*opened(open_adapter(with_field(locked, "passfile", file.string()), {})), "select current_user"), "locked");
  std::filesystem::remove(file);
}

BOOST_AUTO_TEST_CASE(service_file_is_read) {
  const auto file = std::filesystem::temp_directory_path() / ("hookc_service_" + std::to_string(getpid()));
  std::ofstream{file} << "[warehouse]\nhost=127.0.0.1\nport=" << port() << "\nuser=hookc\ndbname=hookc\n";
  setenv("PGSERVICEFILE", file.c_str(), 1);
  BOOST_CHECK_EQUAL(cell(*opened(open_adapter(target_of("postgres", {{"service", "warehouse"}}), {})), "select current_database()"), "hookc");
  unsetenv("PGSERVICEFILE");
  std::filesystem::remove(file);
}

BOOST_AUTO_TEST_CASE(encryption_that_the_server_does_not_offer_is_an_error_when_asked_for) {
  const Target tcp = with_field(postgres_target(), "host", "127.0.0.1");
  BOOST_CHECK_EQUAL(cell(*opened(open_adapter(tcp, {})), "select 1"), "1");
  BOOST_TEST(mentions(refused(open_adapter(with_field(tcp, "sslmode", "verify-full"), {})), "SSL"));
}

BOOST_AUTO_TEST_CASE(role_and_search_path_of_the_target_are_set) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "drop role if exists \"Reporter x\"; create role \"Reporter x\"");
  const auto as_role = opened(open_adapter(with_field(postgres_target(), "role", "\"Reporter x\""), {}));
  BOOST_CHECK_EQUAL(cell(*as_role, "select current_user"), "Reporter x");
  BOOST_CHECK_EQUAL(cell(*as_role, "show search_path"), "contract, public");
  must(*db, "drop role \"Reporter x\"");
  BOOST_CHECK_EQUAL(refused(open_adapter(with_field(postgres_target(), "role", "nobody_has_it"), {})).code, "22023");
}

BOOST_AUTO_TEST_CASE(server_that_never_answers_is_given_up_after_the_timeout) {
  const SilentServer server;
  const Target target = with_field(with_field(postgres_target(), "host", "127.0.0.1"), "port", server.port());
  const AdapterError error = refused(open_adapter(with_field(target, "connect_timeout", "1"), {}));
  BOOST_TEST((error.kind == Kind::Connection));
  BOOST_TEST(mentions(error, "does not answer within 1 seconds"));
}

BOOST_AUTO_TEST_CASE(session_that_the_server_ends_is_a_lost_connection) {
  const TestDatabase database;
  const auto db = database.session();
  const auto other = database.session();
  must(*db, "create table t (a integer)");
  BOOST_REQUIRE(!db->begin());
  must(*db, "insert into t values (1)");
  must(*other, "select pg_terminate_backend(" + cell(*db, "select pg_backend_pid()") + ")");
  const AdapterError error = error_of(*db, "insert into t values (2)");
  BOOST_CHECK_EQUAL(name_of(error.kind), "connection");
  BOOST_TEST(is_transient(error.kind));
  BOOST_TEST(!db->in_transaction());
  BOOST_CHECK_EQUAL(name_of(error_of(*db, "select 1").kind), "connection");
  BOOST_CHECK_EQUAL(cell(*other, "select count(*) from t"), "0");
}

BOOST_AUTO_TEST_CASE(session_that_was_ended_while_idle_is_noticed_before_anything_is_sent_and_can_be_opened_anew) {
  const TestDatabase database;
  const auto db = database.session();
  const auto other = database.session();
  must(*other, "create table t (a integer)");
  BOOST_REQUIRE(!db->lock("contract"));
  must(*other, "select pg_terminate_backend(" + cell(*db, "select pg_backend_pid()") + ")");
  BOOST_REQUIRE(becomes(*other, "select count(*) from pg_locks where locktype = 'advisory'", "0"));
  const AdapterError error = error_of(*db, "insert into t values (1)");
  BOOST_CHECK_EQUAL(name_of(error.kind), "connection");
  BOOST_TEST(!error.is_unanswered);
  BOOST_REQUIRE(!db->reconnect());
  must(*db, "insert into t values (1)");
  BOOST_CHECK_EQUAL(cell(*other, "select count(*) from t"), "1");
  BOOST_CHECK_EQUAL(cell(*other, "select count(*) from pg_locks where locktype = 'advisory'"), "1");
  BOOST_CHECK_EQUAL(cell(*db, "show search_path"), "contract, public");
}

BOOST_AUTO_TEST_CASE(lock_timeout_and_deadlock_are_conflicts) {
  const TestDatabase database;
  const auto one = database.session();
  const auto two = database.session();
  must(*one, "create table t (a integer); insert into t values (1)");
  BOOST_REQUIRE(!one->begin());
  must(*one, "update t set a = 1 where a = 1");
  const AdapterError timeout = error_of(*two, "set lock_timeout = '20ms'; update t set a = 1 where a = 1");
  BOOST_CHECK_EQUAL(timeout.code, "55P03");
  BOOST_CHECK_EQUAL(name_of(timeout.kind), "conflict");
  must(*two, "reset lock_timeout");
  BOOST_REQUIRE(!one->rollback());
  const AdapterError error = deadlock(*one, *two);
  BOOST_CHECK_EQUAL(error.code, "40P01");
  BOOST_CHECK_EQUAL(name_of(error.kind), "conflict");
}

BOOST_AUTO_TEST_CASE(commit_of_a_deferred_constraint_fails_and_undoes) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer unique deferrable initially deferred)");
  BOOST_REQUIRE(!db->begin());
  must(*db, "insert into t values (1), (1)");
  const auto error = db->commit();
  BOOST_REQUIRE(error.has_value());
  BOOST_TEST(error->rolled_back);
  BOOST_CHECK_EQUAL(name_of(error->kind), "constraint");
  BOOST_CHECK_EQUAL(cell(*db, "select count(*) from t"), "0");
}

BOOST_AUTO_TEST_CASE(copy_without_a_file_is_an_error_and_the_session_goes_on) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer)");
  BOOST_TEST(mentions(error_of(*db, "copy t from stdin"), "hookc has no data"));
  must(*db, "insert into t select generate_series(1, 50000)");
  must(*db, "copy t to stdout");
  BOOST_CHECK_EQUAL(cell(*db, "select count(*) from t"), "50000");
}

// Trap 7: the statement of a client that was killed goes on and commits.
BOOST_AUTO_TEST_CASE(statement_of_a_killed_client_ends_at_the_server) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create table t (a integer)");
  const pid_t child = fork();
  if (child == 0) {
    const auto victim = database.session();
    static_cast<void>(victim->execute("insert into t select 1 from pg_sleep(2)", Fetch::Nothing));
    _exit(0);
  }
  const std::string running = "select count(*) from pg_stat_activity where query like 'insert into t select%' and state = 'active'";
  BOOST_REQUIRE(becomes(*db, running, "1"));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  BOOST_TEST(becomes(*db, running, "0"));
  BOOST_CHECK_EQUAL(cell(*db, "select count(*) from t"), "0");
}

BOOST_AUTO_TEST_CASE(sqlstates_have_classes) {
  BOOST_TEST((postgres::kind_of("40001") == Kind::Conflict));
  BOOST_TEST((postgres::kind_of("57P01") == Kind::Connection));
  BOOST_TEST((postgres::kind_of("23505") == Kind::Constraint));
  BOOST_TEST((postgres::kind_of("XX000") == Kind::Other));
}

}  // namespace
}  // namespace hookc
