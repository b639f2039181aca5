// Boost.Test: which statements may be sent again when nobody knows what became of them.
#include <boost/test/unit_test.hpp>

#include "compiler/sql/parse.h"
#include "runtime/repeatable.h"

namespace hookc {
namespace {

void check_repeatable(std::string_view sql, bool alone, bool with_others) {
  BOOST_CHECK_MESSAGE(is_repeatable(sql, sql::Dialect::Postgres, InDoubtWith::Nothing) == alone, (alone ? "repeats: " : "does not repeat: ") << sql);
  BOOST_CHECK_MESSAGE(is_repeatable(sql, sql::Dialect::Postgres, InDoubtWith::Others) == with_others, "with others, " << (with_others ? "repeats: " : "does not repeat: ") << sql);
}

BOOST_AUTO_TEST_CASE(what_sets_a_state_that_does_not_depend_on_the_one_before_is_repeatable) {
  for (const char* sql : {"create table if not exists t (a int)", "create schema if not exists s", "create or replace view v as select * from t", "drop table if exists t", "drop view if exists v cascade",
                          "grant select on t to r", "revoke select on t from r", "comment on table t is 'x'", "alter table t add column if not exists a int", "analyze t", "create index if not exists i on t (a)"}) {
    check_repeatable(sql, true, true);
  }
}

BOOST_AUTO_TEST_CASE(what_changes_rows_by_themselves_is_repeatable_alone_but_not_among_others) {
  for (const char* sql : {"truncate t", "delete from t", "delete from t where a = 'x' and b < 3", "delete from t where at < current_timestamp", "update t set a = 'done' where id = 'r'",
                          "update t set at = current_timestamp where id = 'r' and at is null", "create table if not exists t as select 1 as a from s", "refresh materialized view v"}) {
    check_repeatable(sql, true, false);
  }
}

BOOST_AUTO_TEST_CASE(what_adds_counts_or_reads_other_rows_is_not_repeatable) {
  for (const char* sql : {"insert into t values (1)", "insert into t select 1 where not exists (select 1 from t)", "insert into t values (1) on conflict do nothing", "delete from t where id = (select max(id) from t)",
                          "delete from t using s where s.id = t.id", "delete from t where random() < 0.1", "update t set a = a + 1", "update t set a = b", "update t set a = (select 1)",
                          "update t set a = 'x' where b in (select b from s)", "update t set a = 1 from s where s.id = t.id", "create table t (a int)", "create or replace table t as select * from t", "drop table t",
                          "create index concurrently if not exists i on t (a)", "alter table t rename to u", "alter table t add column a int", "call p()", "do $$ begin end $$", "copy t from '/x'", "select nextval('s')",
                          "merge into t using s on t.id = s.id when matched then delete", "create temporary table if not exists t (a int)", "drop table if exists t; insert into t values (1)", "grunt"}) {
    check_repeatable(sql, false, false);
  }
}

BOOST_AUTO_TEST_CASE(query_that_calls_what_may_do_something_has_effects) {
  const auto has_effects = [](std::string_view text) {
    const sql::Script script = sql::parse_sql(text, sql::Dialect::Postgres);
    BOOST_REQUIRE_EQUAL(script.statements.size(), 1U);
    const auto* query = std::get_if<sql::Query>(&script.statements.front().node);
    BOOST_REQUIRE(query != nullptr);
    return may_have_effects(*query);
  };
  for (const char* text : {"select 1", "select count(*), max(a) from t where b in (1, 2) and exists (select 1 from u)", "select coalesce(lower(a), 'x')::varchar from t", "select now(), current_timestamp",
                           "select row_number() over (partition by a) from t", "select pg_catalog.lower(a) from t", "select cast(a as decimal(10, 2)) from t", "select extract(year from a) from t",
                           "with n as (select 1) select * from n", "select a from generate_series(1, 3) as s(a)"}) {
    BOOST_CHECK_MESSAGE(!has_effects(text), text);
  }
  for (const char* text : {"select log_event('x')", "select audit.log_event('x')", "select nextval('s')", "select setval('s', 1)", "select pg_notify('c', 'x')", "select a into u from t",
                           "select coalesce(log_event('x'), 1)", "with gone as (delete from t returning a) select * from gone"}) {
    BOOST_CHECK_MESSAGE(has_effects(text), text);
  }
}

BOOST_AUTO_TEST_CASE(delete_with_a_limit_is_not_repeatable) {
  BOOST_CHECK(!is_repeatable("delete from t where a = 1 limit 10", sql::Dialect::MySql, InDoubtWith::Nothing));
  BOOST_CHECK(!is_repeatable("delete top (10) from t", sql::Dialect::SqlServer, InDoubtWith::Nothing));
}

}  // namespace
}  // namespace hookc
