// Boost.Test: states of real databases: what a person would see as a difference is one, and nothing else is.
#include <boost/test/unit_test.hpp>

#include "compiler/sql/parse.h"
#include "runtime/verify/scratch.h"
#include "runtime/verify/state.h"
#include "tests/adapters/database.h"

namespace hookc {
namespace {

State state_of(Adapter& adapter) {
  auto read = read_state(adapter);
  if (const auto* error = std::get_if<AdapterError>(&read)) BOOST_FAIL(describe(*error));
  return std::get<State>(std::move(read));
}

BOOST_AUTO_TEST_CASE(each_statement_that_changes_something_is_seen) {
  const TestDatabase database;
  const auto db = database.session();
  std::vector<std::string> statements{
      "create schema if not exists more",
      "create table more.t (id int, name varchar(10))",
      "insert into more.t values (1, 'a')",
      "insert into more.t values (1, 'a')",
      "update more.t set name = 'b'",
      "delete from more.t",
      "alter table more.t add column extra int",
      "alter table more.t alter column extra set default 5",
      "comment on table more.t is 'words'",
      "comment on column more.t.id is 'words'",
      "create view more.v as select id from more.t",
      "create index t_id on more.t (id)",
      "create sequence more.s",
      "select nextval('more.s')",
      "drop index more.t_id",
      "drop view more.v",
      "alter table more.t rename to u",
      "drop table more.u",
  };
  if (is(Product::Postgres)) {
    statements = {"create schema more",
                  "create table more.t (id int, name varchar(10))",
                  "insert into more.t values (1, 'a')",
                  "update more.t set name = 'b'",
                  "grant select on more.t to public",
                  "alter table more.t set (fillfactor = 50)",
                  "alter table more.t add constraint named check (id > 0)",
                  "create index on more.t (id)",
                  "create index on more.t (id)",
                  "create function more.f() returns int language sql as 'select 1'",
                  "create or replace function more.f() returns int language sql as 'select 2'",
                  "create type more.mood as enum ('a')",
                  "alter type more.mood add value 'b'",
                  "create materialized view more.m as select count(*) from more.t",
                  "create sequence more.s",
                  "select nextval('more.s')",
                  "alter table more.t enable row level security",
                  "create policy p on more.t using (true)",
                  "alter default privileges in schema more grant select on tables to public",
                  "comment on function more.f() is 'words'",
                  "insert into more.t values (2, 'c')",
                  "refresh materialized view more.m",
                  "drop schema more cascade"};
  }
  State before = state_of(*db);
  for (const std::string& sql : statements) {
    must(*db, sql);
    State after = state_of(*db);
    BOOST_TEST(!differences(before, after).empty(), sql);
    BOOST_TEST(differences(after, state_of(*db)).empty(), sql);
    before = std::move(after);
  }
}

BOOST_AUTO_TEST_CASE(the_order_of_rows_and_temporary_tables_are_no_difference) {
  const TestDatabase database;
  const auto db = database.session();
  must(*db, "create schema if not exists more");
  must(*db, "create table more.t (id int)");
  must(*db, "insert into more.t values (1), (2)");
  const State before = state_of(*db);
  must(*db, "delete from more.t where id = 1");
  must(*db, "insert into more.t values (1)");
  must(*db, "create temporary table scratch (id int)");
  BOOST_TEST(differences(before, state_of(*db)).empty());
  must(*db, "drop schema more cascade");
}

BOOST_AUTO_TEST_CASE(a_state_is_what_the_transaction_sees) {
  const TestDatabase database;
  const auto db = database.session();
  const State before = state_of(*db);
  BOOST_REQUIRE(!db->begin());
  must(*db, "create schema more");
  BOOST_TEST((differences(before, state_of(*db)) == std::vector{StateKey{"schema", "more"}}));
  BOOST_REQUIRE(!db->rollback());
  BOOST_TEST(differences(before, state_of(*db)).empty());
}

// -------------------------------------------------------------------------------------------------------------- the scratch database

BOOST_AUTO_TEST_CASE(what_is_shared_with_others_is_beyond_a_scratch_database) {
  const auto reach = [](std::string_view sql) { return reach_beyond(sql::parse_sql(sql, sql::Dialect::Postgres).statements.at(0)); };
  for (const char* sql : {"create role r", "drop user u", "alter role r login", "create database d", "grant connect on database d to r", "grant r to u", "comment on database d is 'x'", "alter system set work_mem = '1MB'",
                          "copy t to '/tmp/x'"}) {
    BOOST_TEST(!reach(sql).empty(), sql);
  }
  for (const char* sql : {"create table t (a int)", "grant select on t to r", "insert into t values (1)", "copy t from '/tmp/x'", "set search_path = a", "create schema s"}) BOOST_TEST(reach(sql).empty(), sql);
}

BOOST_AUTO_TEST_CASE(a_scratch_database_is_empty_apart_and_gone_afterwards) {
  const TestDatabase database;
  const auto own = database.session();
  must(*own, "create table kept (id int)");
  const State before = state_of(*own);
  {
    auto made = make_scratch(database.target(), {});
    BOOST_REQUIRE_MESSAGE((std::holds_alternative<std::unique_ptr<Scratch>>(made)), "no scratch database");
    const auto& scratch = *std::get<std::unique_ptr<Scratch>>(made);
    int refusals = 0;
    const auto session = opened(scratch.session([&] { ++refusals; }));
    must(*session, "create table gone (id int)");
    BOOST_TEST((error_of(*session, "select * from kept").kind == AdapterError::Kind::Missing));
    BOOST_TEST((error_of(*session, "copy gone to '/tmp/hookc-never'").kind == AdapterError::Kind::Unsupported));
    BOOST_TEST(refusals == 1);
  }
  BOOST_TEST(differences(before, state_of(*own)).empty());
  if (is(Product::Postgres)) BOOST_TEST(cell(*own, "select count(*) from pg_database where datname like 'hookc_verify_%'") == "0");
}

}  // namespace
}  // namespace hookc
