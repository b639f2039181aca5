// Boost.Test: cutting SQL text into statements, and the facts of each kind of statement.
#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/sql/parse.h"

namespace hookc::sql {
namespace {

/// A parsed text that keeps its bytes, for slicing.
struct Sql {
  std::string text;
  Script script;
  explicit Sql(std::string sql, Dialect dialect = Dialect::Generic) : text(std::move(sql)), script(parse_sql(std::string_view{text}, dialect)) {}

  [[nodiscard]] std::string slice(ByteRange range) const { return text.substr(range.begin, range.size()); }
  [[nodiscard]] std::vector<std::string> pieces() const {
    std::vector<std::string> result;
    for (const Statement& statement : script.statements) result.push_back(slice(statement.range));
    return result;
  }
  [[nodiscard]] std::string kinds() const {
    std::string result;
    for (const Statement& statement : script.statements) result += (result.empty() ? "" : ", ") + std::string{kind_name(statement)};
    return result;
  }
  template <class Node>
  [[nodiscard]] const Node& only() const {
    BOOST_REQUIRE_EQUAL(script.statements.size(), 1U);
    if (const auto* wrong = std::get_if<Unparsable>(&script.statements[0].node)) BOOST_TEST_MESSAGE(wrong->message);
    const auto* node = std::get_if<Node>(&script.statements[0].node);
    BOOST_REQUIRE_MESSAGE(node != nullptr, text << " is " << kind_name(script.statements[0]));
    return *node;
  }
};

using Strings = std::vector<std::string>;

Strings names(const std::vector<QualifiedName>& list) {
  Strings result;
  for (const QualifiedName& name : list) result.push_back(name.str());
  return result;
}
Strings called(const Scan& scan) {
  Strings result;
  for (const Call& call : scan.calls) result.push_back(call.name.str());
  return result;
}

void check_equal(const Strings& actual, const Strings& expected) { BOOST_CHECK_EQUAL_COLLECTIONS(actual.begin(), actual.end(), expected.begin(), expected.end()); }

std::string refusal(std::string text, Dialect dialect = Dialect::Generic) {
  const Sql sql{std::move(text), dialect};
  const Unparsable& refused = sql.only<Unparsable>();
  return refused.message + " [" + sql.slice(refused.where) + "]";
}

// ---- cutting ----

BOOST_AUTO_TEST_CASE(a_text_of_blanks_comments_and_semicolons_has_no_statements) {
  BOOST_CHECK(Sql{" ;; -- only ; this\n /* and ; /* nested */ that */ ;"}.script.statements.empty());
  BOOST_CHECK(is_blank(" -- x\n;"));
  BOOST_CHECK(!is_blank("select 1"));
  BOOST_CHECK(!is_blank("/* never closed"));
}

BOOST_AUTO_TEST_CASE(a_range_leaves_out_blanks_comments_and_the_semicolon) {
  check_equal(Sql{"  -- first\n select 1 /* after */ ;\n/* b */ select 2"}.pieces(), {"select 1", "select 2"});
}

BOOST_AUTO_TEST_CASE(semicolons_in_strings_names_comments_and_dollar_quotes_do_not_cut) {
  check_equal(Sql{"select ';', \";\", 'it''s;' -- ;\n, /* ; /* ; */ ; */ $$ ; $$, $tag$ ; $$ ; $tag$; select 2"}.pieces(),
              {"select ';', \";\", 'it''s;' -- ;\n, /* ; /* ; */ ; */ $$ ; $$, $tag$ ; $$ ; $tag$", "select 2"});
}

BOOST_AUTO_TEST_CASE(a_dialect_decides_what_a_backslash_does_to_a_quote) {
  BOOST_CHECK_EQUAL(Sql(R"(select 'a\'; select 2)", Dialect::Postgres).script.statements.size(), 2U);
  BOOST_CHECK_EQUAL(Sql(R"(select 'a\'; b'; select 2)", Dialect::Snowflake).script.statements.size(), 2U);
  BOOST_CHECK_EQUAL(Sql(R"(select e'a\'; b'; select 2)", Dialect::Postgres).script.statements.size(), 2U);
  BOOST_CHECK_EQUAL(Sql(R"(select r'a\'; select 2)", Dialect::BigQuery).script.statements.size(), 2U);
}

BOOST_AUTO_TEST_CASE(a_dialect_decides_what_begins_a_comment) {
  BOOST_CHECK_EQUAL(Sql("select 1 # ; \n", Dialect::BigQuery).script.statements.size(), 1U);
  BOOST_CHECK_EQUAL(Sql("select 1 # 2; select 3", Dialect::Postgres).script.statements.size(), 2U);
  BOOST_CHECK_EQUAL(Sql("select 1 // ; \n", Dialect::Snowflake).script.statements.size(), 1U);
  BOOST_CHECK_EQUAL(Sql("select 1 // 2; select 3", Dialect::DuckDb).script.statements.size(), 2U);
  BOOST_CHECK_EQUAL(Sql("/* a /* b */ select 1", Dialect::MySql).kinds(), "select");
  BOOST_CHECK_EQUAL(Sql("/* a /* b */ select 1", Dialect::Postgres).kinds(), "unparsable");
}

BOOST_AUTO_TEST_CASE(triple_quoted_strings_are_one_string_in_bigquery) {
  BOOST_CHECK_EQUAL(Sql("select '''a ' ; b''', \"\"\"c \" ; d\"\"\"; select 2", Dialect::BigQuery).script.statements.size(), 2U);
}

BOOST_AUTO_TEST_CASE(a_scripting_block_is_one_statement) {
  const Sql sql{"BEGIN DROP ALL ROW ACCESS POLICIES ON t; EXCEPTION WHEN ERROR THEN SELECT 1; END; select 2", Dialect::BigQuery};
  BOOST_CHECK_EQUAL(sql.kinds(), "block, select");
}

BOOST_AUTO_TEST_CASE(blocks_nest_and_case_and_if_have_ends_of_their_own) {
  const Sql sql{"begin if x then update t set a = case when b then 1 end; end if; for r in c do begin delete from t; end; end for; end; select 2", Dialect::Snowflake};
  BOOST_CHECK_EQUAL(sql.kinds(), "block, select");
}

BOOST_AUTO_TEST_CASE(begin_alone_is_a_transaction) {
  BOOST_CHECK_EQUAL(Sql("begin; delete from t; commit", Dialect::Snowflake).kinds(), "begin, delete, commit");
  BOOST_CHECK_EQUAL(Sql("begin transaction; delete from t; end", Dialect::Postgres).kinds(), "begin, delete, commit");
  BOOST_CHECK_EQUAL(Sql("begin work; rollback; savepoint a; release a; start transaction", Dialect::Generic).kinds(), "begin, rollback, savepoint, release, begin");
}

BOOST_AUTO_TEST_CASE(the_body_of_a_routine_does_not_cut_it) {
  BOOST_CHECK_EQUAL(Sql("create procedure p() language sql begin atomic insert into t values (1); delete from u; end; select 2", Dialect::Postgres).kinds(),
                    "create procedure, select");
  BOOST_CHECK_EQUAL(Sql("create function f() returns int as $$ begin; end; $$ language sql; select 2", Dialect::Postgres).kinds(), "create function, select");
}

BOOST_AUTO_TEST_CASE(a_block_without_end_is_refused_where_the_dialect_has_blocks_and_cut_where_it_is_unknown) {
  BOOST_CHECK_EQUAL(refusal("begin delete from t; delete from u", Dialect::Snowflake), "the block is not closed by `end` [begin]");
  BOOST_CHECK_EQUAL(Sql("begin delete from t; delete from u").script.statements.size(), 2U);
}

// ---- definitions ----

BOOST_AUTO_TEST_CASE(create_table_knows_its_guard_and_its_name) {
  const Sql sql{"CREATE TEMP TABLE IF NOT EXISTS Audit.\"Run Log\" (id int)"};
  const Create& create = sql.only<Create>();
  BOOST_CHECK_EQUAL(kind_name(sql.script.statements[0]), "create table");
  BOOST_CHECK(create.if_not_exists && create.temporary && !create.or_replace && !create.query);
  BOOST_CHECK_EQUAL(create.name.str(), "audit.Run Log");
  BOOST_CHECK_EQUAL(sql.slice(create.name.range()), "Audit.\"Run Log\"");
}

BOOST_AUTO_TEST_CASE(create_table_as_has_a_query_without_the_words_behind_it) {
  const Sql sql{"create or replace table t with (fillfactor = 70) as select a, count(*) from s group by a with no data"};
  const Create& create = sql.only<Create>();
  BOOST_REQUIRE(create.query);
  BOOST_CHECK(create.or_replace);
  BOOST_CHECK_EQUAL(sql.slice(create.query->range), "select a, count(*) from s group by a");
  check_equal(names(create.query->scan.relations), {"s"});
  BOOST_CHECK_EQUAL(create.query->scan.group_bys, 1U);
}

BOOST_AUTO_TEST_CASE(an_index_knows_its_table_and_may_have_no_name) {
  const Sql unnamed{"create unique index on s.t (a, b)"};
  BOOST_CHECK(unnamed.only<Create>().name.empty());
  BOOST_CHECK(unnamed.only<Create>().unique);
  BOOST_CHECK_EQUAL(unnamed.only<Create>().on.str(), "s.t");
  const Sql named{"create index concurrently if not exists ix on only t using btree (a)"};
  BOOST_CHECK_EQUAL(named.only<Create>().name.str(), "ix");
  BOOST_CHECK_EQUAL(named.only<Create>().on.str(), "t");
  BOOST_CHECK(named.only<Create>().concurrently);
}

BOOST_AUTO_TEST_CASE(kinds_of_more_than_one_word_are_known) {
  BOOST_CHECK_EQUAL(Sql("create materialized view v as select 1; create masking policy p as (v string) returns string -> v; create row access policy p as (a int) "
                        "returns boolean -> true; create file format f type = csv; create storage integration i type = x; create event trigger e on x; "
                        "create network policy n allowed_ip_list = ('x')")
                        .kinds(),
                    "create materialized view, create masking policy, create row access policy, create file format, create integration, create event trigger, other");
}

BOOST_AUTO_TEST_CASE(a_clone_knows_its_source) { BOOST_CHECK_EQUAL(Sql{"create or replace table b clone d.a"}.only<Create>().source.str(), "d.a"); }

BOOST_AUTO_TEST_CASE(drop_knows_its_names_and_its_guard) {
  const Sql sql{"drop table if exists a, s.b cascade"};
  check_equal(names(sql.only<Drop>().names), {"a", "s.b"});
  BOOST_CHECK(sql.only<Drop>().if_exists && sql.only<Drop>().cascade);
  BOOST_CHECK(!Sql{"drop view v"}.only<Drop>().if_exists);
  BOOST_CHECK_EQUAL(Sql{"drop policy p on t"}.only<Drop>().on.str(), "t");
  BOOST_CHECK(Sql{"drop all row access policies on t"}.only<Drop>().all);
}

struct AlterCase {
  const char* sql;
  AlterKind kind;
  const char* name;
  bool guarded;
};
const AlterCase kAlters[] = {
    {"add column a int", AlterKind::AddColumn, "a", false},
    {"add column if not exists a int default 5", AlterKind::AddColumn, "a", true},
    {"add a int", AlterKind::AddColumn, "a", false},
    {"add columns (a int)", AlterKind::AddColumn, "a", false},
    {"drop column if exists a", AlterKind::DropColumn, "a", true},
    {"drop a", AlterKind::DropColumn, "a", false},
    {"add constraint pk primary key (id)", AlterKind::AddConstraint, "pk", false},
    {"add primary key (id)", AlterKind::AddConstraint, "", false},
    {"drop constraint if exists pk", AlterKind::DropConstraint, "pk", true},
    {"rename to b", AlterKind::RenameTo, "b", false},
    {"rename column a to b", AlterKind::RenameColumn, "a", false},
    {"set schema s", AlterKind::SetSchema, "s", false},
    {"set (autovacuum_enabled = off)", AlterKind::SetProperties, "", false},
    {"alter column a set not null", AlterKind::AlterColumn, "a", false},
    {"modify column a set masking policy p", AlterKind::AlterColumn, "a", false},
    {"owner to r", AlterKind::Owner, "r", false},
    {"attach partition p for values in (1)", AlterKind::AttachPartition, "p", false},
    {"swap with b", AlterKind::SwapWith, "b", false},
    {"append from b", AlterKind::Append, "b", false},
    {"add search optimization", AlterKind::SetProperties, "", false},
    {"cluster by (a)", AlterKind::SetProperties, "", false},
};

BOOST_AUTO_TEST_CASE(alter_table_knows_its_actions) {
  for (const AlterCase& expected : kAlters) {
    BOOST_TEST_CONTEXT(expected.sql) {
      const Sql sql{std::string{"alter table t "} + expected.sql};
      const Alter& alter = sql.only<Alter>();
      BOOST_REQUIRE_EQUAL(alter.actions.size(), 1U);
      BOOST_CHECK(alter.actions[0].kind == expected.kind);
      BOOST_CHECK_EQUAL(alter.actions[0].name.str(), expected.name);
      BOOST_CHECK_EQUAL(alter.actions[0].if_exists || alter.actions[0].if_not_exists, expected.guarded);
      BOOST_CHECK_EQUAL(alter.name.str(), "t");
    }
  }
}

BOOST_AUTO_TEST_CASE(actions_behind_a_comma_belong_to_their_verb) {
  const Sql columns{"alter table if exists t add column a int, b numeric(10, 2), drop column c"};
  const Alter& alter = columns.only<Alter>();
  BOOST_REQUIRE_EQUAL(alter.actions.size(), 3U);
  BOOST_CHECK(alter.if_exists);
  BOOST_CHECK(alter.actions[1].kind == AlterKind::AddColumn);
  BOOST_CHECK_EQUAL(alter.actions[1].name.str(), "b");
  BOOST_CHECK(alter.actions[2].kind == AlterKind::DropColumn);
}

BOOST_AUTO_TEST_CASE(constraints_are_told_apart) {
  BOOST_CHECK(Sql{"alter table t add constraint c foreign key (a) references b(c)"}.only<Alter>().actions[0].constraint == ConstraintKind::ForeignKey);
  BOOST_CHECK(Sql{"alter table t add unique (a)"}.only<Alter>().actions[0].constraint == ConstraintKind::Unique);
  BOOST_CHECK(Sql{"alter table t add constraint c check (a > 0)"}.only<Alter>().actions[0].constraint == ConstraintKind::Check);
}

BOOST_AUTO_TEST_CASE(alter_type_add_value_and_alter_session_are_known) {
  BOOST_CHECK(Sql{"alter type mood add value 'ok'"}.only<Alter>().actions[0].kind == AlterKind::AddValue);
  const Sql session{"alter session set query_tag = 'x'"};
  BOOST_CHECK_EQUAL(session.only<SetSession>().what, "query_tag");
  BOOST_CHECK_EQUAL(session.slice(session.only<SetSession>().value), "'x'");
}

// ---- rows ----

BOOST_AUTO_TEST_CASE(insert_values_has_a_range_for_each_value) {
  const Sql sql{"insert into audit.log (id, at, note) values ('x', current_timestamp, f(a, 1)), (1, -2, null)"};
  const Insert& insert = sql.only<Insert>();
  BOOST_CHECK_EQUAL(insert.target.str(), "audit.log");
  BOOST_REQUIRE_EQUAL(insert.columns.size(), 3U);
  BOOST_CHECK(insert.source == Insert::Source::Values);
  BOOST_REQUIRE_EQUAL(insert.rows.size(), 2U);
  BOOST_REQUIRE_EQUAL(insert.rows[0].size(), 3U);
  BOOST_CHECK_EQUAL(sql.slice(insert.rows[0][2].range), "f(a, 1)");
  BOOST_CHECK(insert.rows[0][0].shape == Shape::Literal);
  BOOST_CHECK(insert.rows[0][1].scan.is_volatile());
  BOOST_CHECK(insert.rows[0][2].shape == Shape::Call);
  BOOST_CHECK(insert.rows[1][1].shape == Shape::Literal);
}

BOOST_AUTO_TEST_CASE(insert_from_a_query_knows_what_it_reads) {
  const Sql sql{"insert into t (a) with c as (select * from x) select c.a from c join y on y.id = c.id"};
  const Insert& insert = sql.only<Insert>();
  BOOST_REQUIRE(insert.query);
  check_equal(names(insert.query->scan.relations), {"x", "y"});
  BOOST_CHECK_EQUAL(insert.query->scan.joins, 1U);
}

BOOST_AUTO_TEST_CASE(ctes_before_insert_are_part_of_its_query) {
  const Sql sql{"with c as (select * from x) insert into t select * from c"};
  check_equal(names(sql.only<Insert>().query->scan.relations), {"x"});
  BOOST_CHECK_EQUAL(sql.only<Insert>().query->scan.ctes, 1U);
}

BOOST_AUTO_TEST_CASE(ways_of_inserting_only_what_is_new_are_known) {
  BOOST_CHECK(Sql{"insert into t select 1 where not exists (select 1 from s.t where a = 1)"}.only<Insert>().excludes_existing);
  BOOST_CHECK(Sql{"insert into t select a from s except select a from t"}.only<Insert>().excludes_existing);
  BOOST_CHECK(Sql{"insert into t select s.a from s left join t on s.a = t.a where t.a is null"}.only<Insert>().excludes_existing);
  BOOST_CHECK(Sql{"insert into t select a from s where a not in (select a from t)"}.only<Insert>().excludes_existing);
  BOOST_CHECK(!Sql{"insert into t select a from s where not exists (select 1 from u)"}.only<Insert>().excludes_existing);
  BOOST_CHECK(!Sql{"insert into t select a from t"}.only<Insert>().excludes_existing);
}

BOOST_AUTO_TEST_CASE(conflict_clauses_are_told_apart) {
  BOOST_CHECK(Sql{"insert into t values (1) on conflict do nothing"}.only<Insert>().on_conflict == Insert::OnConflict::DoNothing);
  const Sql update{"insert into t values (1, 2) on conflict (id) do update set v = excluded.v, n = t.n + 1 where t.a returning id"};
  BOOST_CHECK(update.only<Insert>().on_conflict == Insert::OnConflict::DoUpdate);
  BOOST_CHECK(update.only<Insert>().returning);
  BOOST_REQUIRE_EQUAL(update.only<Insert>().updates.size(), 2U);
  check_equal(names(update.only<Insert>().updates[1].value.scan.columns), {"t.n"});
  BOOST_CHECK(Sql("insert into t values (1) on duplicate key update n = n + 1", Dialect::MySql).only<Insert>().on_conflict == Insert::OnConflict::DoUpdate);
  BOOST_CHECK(Sql{"insert or replace into t values (1)"}.only<Insert>().or_replace);
  BOOST_CHECK(Sql{"insert or ignore into t values (1)"}.only<Insert>().or_ignore);
  BOOST_CHECK(Sql{"replace into t values (1)"}.only<Insert>().or_replace);
  BOOST_CHECK(Sql{"insert overwrite table t partition (d = 1) select 1"}.only<Insert>().overwrite);
  BOOST_CHECK(Sql{"insert into t default values"}.only<Insert>().source == Insert::Source::Default);
}

BOOST_AUTO_TEST_CASE(update_knows_what_each_assignment_reads) {
  const Sql sql{"update s.t as x set v = v + 1, k = lower(k), n = (select max(a) from u), c = 'lit' from w where x.id = 7 and 'a' = kind and gone is null"};
  const Update& update = sql.only<Update>();
  BOOST_CHECK_EQUAL(update.target.str(), "s.t");
  BOOST_CHECK_EQUAL(update.alias.value, "x");
  BOOST_REQUIRE_EQUAL(update.assignments.size(), 4U);
  check_equal(names(update.assignments[0].value.scan.columns), {"v"});
  BOOST_CHECK(update.assignments[1].value.shape == Shape::Call);
  BOOST_CHECK_EQUAL(sql.slice(update.assignments[1].value.arguments[0]), "k");
  BOOST_CHECK(update.assignments[2].value.shape == Shape::Subquery);
  check_equal(names(update.assignments[2].value.scan.relations), {"u"});
  BOOST_CHECK(update.assignments[3].value.shape == Shape::Literal);
  check_equal(names(update.from.relations), {"w"});
  BOOST_REQUIRE(update.where);
  BOOST_REQUIRE_EQUAL(update.where->equalities.size(), 3U);
  BOOST_CHECK_EQUAL(update.where->equalities[1].column.str(), "kind");
  BOOST_CHECK(update.where->equalities[2].is_null);
  BOOST_CHECK(update.where->only_equalities);
}

BOOST_AUTO_TEST_CASE(a_condition_with_or_or_a_range_is_more_than_equalities) {
  const Sql either{"delete from t where a = 1 or b = 2"};
  BOOST_CHECK(either.only<Delete>().where->equalities.empty());
  BOOST_CHECK(!either.only<Delete>().where->only_equalities);
  const Sql between{"delete from t where a between 1 and 2 and (b = 3 and c = 'x')"};
  BOOST_CHECK_EQUAL(between.only<Delete>().where->equalities.size(), 2U);
  BOOST_CHECK(!between.only<Delete>().where->only_equalities);
}

BOOST_AUTO_TEST_CASE(delete_knows_its_sources) {
  const Sql sql{"delete from s.t a using u, v where a.id = u.id"};
  BOOST_CHECK_EQUAL(sql.only<Delete>().alias.value, "a");
  check_equal(names(sql.only<Delete>().from.relations), {"u", "v"});
  BOOST_CHECK(!Sql{"delete from t"}.only<Delete>().where);
}

BOOST_AUTO_TEST_CASE(merge_knows_its_clauses) {
  const Sql sql{"merge into s.t as d using (select * from a join b on a.i = b.i) s on d.id = s.id when matched and s.x > case when s.y then 1 end then update set v = s.v, "
                "n = d.n + 1 when not matched then insert (id, v) values (s.id, now()) when not matched by source then delete"};
  const Merge& merge = sql.only<Merge>();
  BOOST_CHECK_EQUAL(merge.target.str(), "s.t");
  check_equal(names(merge.source.relations), {"a", "b"});
  BOOST_REQUIRE_EQUAL(merge.clauses.size(), 3U);
  BOOST_REQUIRE_EQUAL(merge.clauses[0].assignments.size(), 2U);
  BOOST_CHECK(merge.clauses[0].condition);
  check_equal(names(merge.clauses[0].assignments[1].value.scan.columns), {"d.n"});
  BOOST_CHECK(merge.clauses[1].action == MergeClause::Action::Insert);
  BOOST_REQUIRE_EQUAL(merge.clauses[1].values.size(), 2U);
  BOOST_CHECK(merge.clauses[1].values[1].scan.is_volatile());
  BOOST_CHECK(merge.clauses[2].when == MergeClause::When::NotMatchedBySource);
  BOOST_CHECK(merge.clauses[2].action == MergeClause::Action::Delete);
}

// ---- rights, code, sessions ----

BOOST_AUTO_TEST_CASE(grant_knows_privileges_objects_and_grantees) {
  const Sql sql{"grant select, insert on all tables in schema d.s to role \"R\", public with grant option"};
  const Grant& grant = sql.only<Grant>();
  BOOST_REQUIRE_EQUAL(grant.privileges.size(), 2U);
  BOOST_CHECK_EQUAL(sql.slice(grant.privileges[1]), "insert");
  BOOST_CHECK(grant.all_objects && grant.grant_option && !grant.all_privileges && grant.kind == ObjectKind::Table);
  check_equal(names(grant.objects), {"d.s"});
  BOOST_REQUIRE_EQUAL(grant.grantees.size(), 2U);
  BOOST_CHECK_EQUAL(sql.slice(grant.grantees[0]), "\"R\"");
  BOOST_CHECK_EQUAL(sql.slice(grant.grantees[1]), "public");
}

BOOST_AUTO_TEST_CASE(grants_of_roles_ownership_and_everything_are_told_apart) {
  const Sql role{"grant role analyst to role sysadmin"};
  BOOST_CHECK(role.only<Grant>().is_role_grant);
  check_equal(names(role.only<Grant>().objects), {"analyst"});
  BOOST_CHECK(Sql{"grant ownership on table t to role r copy current grants"}.only<Grant>().ownership);
  BOOST_CHECK(Sql{"grant all privileges on schema s to r"}.only<Grant>().all_privileges);
  BOOST_CHECK(Sql{"grant usage on future schemas in database d to role r"}.only<Grant>().future_objects);
  BOOST_CHECK(Sql{"grant usage on schema s to r"}.only<Grant>().kind == ObjectKind::Schema);
  BOOST_CHECK(Sql{"alter default privileges in schema s grant select on tables to public"}.only<Grant>().future_objects);
  const Sql revoke{"revoke grant option for select on t from r cascade"};
  BOOST_CHECK_EQUAL(revoke.slice(revoke.only<Revoke>().privileges[0]), "select");
  BOOST_CHECK_EQUAL(revoke.slice(revoke.only<Revoke>().grantees[0]), "r");
}

BOOST_AUTO_TEST_CASE(copies_know_their_direction_and_options) {
  BOOST_CHECK_EQUAL(Sql("copy into s.t from @stage force = true", Dialect::Snowflake).only<Copy>().table.str(), "s.t");
  BOOST_CHECK(Sql("copy into s.t from @stage force = true", Dialect::Snowflake).only<Copy>().force);
  BOOST_CHECK(!Sql("copy into s.t from @stage force = false", Dialect::Snowflake).only<Copy>().force);
  const Sql unload{"copy into @stage/x from (select a from t) overwrite = true", Dialect::Snowflake};
  BOOST_CHECK(unload.only<Copy>().direction == Copy::Direction::Unload && unload.only<Copy>().overwrite);
  check_equal(names(unload.only<Copy>().query->scan.relations), {"t"});
  BOOST_CHECK(Sql("copy t to 'x.csv'", Dialect::DuckDb).only<Copy>().direction == Copy::Direction::Unload);
  BOOST_CHECK(Sql("copy t from 'x.csv'", Dialect::DuckDb).only<Copy>().direction == Copy::Direction::IntoTable);
  BOOST_CHECK(Sql("unload ('select 1') to 's3://b' allowoverwrite", Dialect::Redshift).only<Copy>().overwrite);
  BOOST_CHECK_EQUAL(Sql("load json; load data into d.t from files (x)").kinds(), "other, copy");
}

BOOST_AUTO_TEST_CASE(opaque_statements_are_told_apart) {
  BOOST_CHECK_EQUAL(Sql("call s.p(1); execute immediate 'x'; execute p(1); exec p; do $$ begin end $$").kinds(), "call, execute immediate, execute, execute, do");
  BOOST_CHECK_EQUAL(Sql{"call s.p(1)"}.only<Invoke>().name.str(), "s.p");
}

BOOST_AUTO_TEST_CASE(session_settings_know_what_they_set) {
  const Sql role{"use role AccountAdmin"};
  BOOST_CHECK_EQUAL(role.only<SetSession>().what, "role");
  BOOST_CHECK_EQUAL(role.slice(role.only<SetSession>().value), "AccountAdmin");
  BOOST_CHECK_EQUAL(Sql{"set local search_path to a, b"}.only<SetSession>().what, "search_path");
  BOOST_CHECK_EQUAL(Sql{"set role r"}.only<SetSession>().what, "role");
  BOOST_CHECK_EQUAL(Sql{"use db.sch"}.only<SetSession>().what, "");
}

BOOST_AUTO_TEST_CASE(maintenance_knows_its_target) {
  BOOST_CHECK_EQUAL(Sql{"analyze table s.t compute statistics"}.only<Maintenance>().target.str(), "s.t");
  BOOST_CHECK_EQUAL(Sql{"vacuum (full, analyze) t"}.only<Maintenance>().target.str(), "t");
  BOOST_CHECK_EQUAL(Sql{"refresh materialized view concurrently v"}.only<Maintenance>().target.str(), "v");
  BOOST_CHECK_EQUAL(Sql("optimize t zorder by (a); msck repair table t; vacuum; comment on column s.t.c is 'x'; truncate table if exists a, b").kinds(),
                    "optimize, repair, vacuum, comment, truncate");
}

// ---- queries ----

BOOST_AUTO_TEST_CASE(a_query_counts_what_it_does) {
  const Sql sql{"with c as (select a from x) select distinct a, case when b then 1 end as k, sum(v) over (partition by a) s, count(*) n from c left join y on c.i = y.i, z "
                "where a in (select i from w) group by 1, 2 qualify row_number() over (order by a) = 1 union all select 1, 2, 3, 4"};
  const Scan& scan = sql.only<Query>().scan;
  check_equal(names(scan.relations), {"x", "y", "z", "w"});
  BOOST_CHECK_EQUAL(scan.joins, 2U);
  BOOST_CHECK_EQUAL(scan.group_bys, 1U);
  BOOST_CHECK_EQUAL(scan.windows, 3U);
  BOOST_CHECK_EQUAL(scan.cases, 1U);
  BOOST_CHECK_EQUAL(scan.set_operations, 1U);
  BOOST_CHECK_EQUAL(scan.subqueries, 1U);
  BOOST_CHECK_EQUAL(scan.ctes, 1U);
  BOOST_CHECK_EQUAL(scan.distincts, 1U);
  BOOST_CHECK(scan.has_from);
  check_equal(called(scan), {"sum", "count", "row_number"});
  BOOST_CHECK(!scan.calls[0].aggregate && scan.calls[0].window);
  BOOST_CHECK(scan.calls[1].aggregate);
  BOOST_CHECK_EQUAL(sql.only<Query>().items.size(), 4U);
}

BOOST_AUTO_TEST_CASE(from_inside_of_a_function_is_not_a_clause) {
  const Sql sql{"select extract(year from ts), trim(both ' ' from name), a is distinct from b"};
  BOOST_CHECK(!sql.only<Query>().scan.has_from);
  BOOST_CHECK(sql.only<Query>().scan.relations.empty());
}

BOOST_AUTO_TEST_CASE(aliases_types_and_labels_are_not_columns) {
  const Sql sql{"select x.a as b, c d, cast(e as varchar(10)), f::numeric(3, 1), date '2024-01-01', g at time zone 'utc', h(p => i), t.* from t as x (q)"};
  check_equal(names(sql.only<Query>().scan.columns), {"x.a", "c", "e", "f", "g", "i"});
}

BOOST_AUTO_TEST_CASE(clocks_randomness_and_sequences_are_volatile) {
  const Sql sql{"select current_timestamp, now(), random(), gen_random_uuid(), nextval('s'), sq.nextval, lower(a)"};
  std::vector<Volatility> found;
  for (const Call& call : sql.only<Query>().scan.calls) found.push_back(call.volatility);
  const std::vector<Volatility> expected{Volatility::Clock,  Volatility::Clock,    Volatility::Random,  Volatility::Random,
                                         Volatility::Sequence, Volatility::Sequence, Volatility::Stable};
  BOOST_CHECK(found == expected);
}

BOOST_AUTO_TEST_CASE(a_table_function_is_called_and_not_read) {
  const Sql sql{"select * from generate_series(1, 3) g, lateral f(g.i), t"};
  check_equal(names(sql.only<Query>().scan.relations), {"t"});
  check_equal(called(sql.only<Query>().scan), {"generate_series", "f"});
}

BOOST_AUTO_TEST_CASE(select_into_and_writing_ctes_are_seen) {
  BOOST_CHECK_EQUAL(Sql{"select a into temp table n from t"}.only<Query>().into->str(), "n");
  BOOST_CHECK(Sql{"with x as (delete from s returning id) select * from x"}.only<Query>().scan.writes);
}

BOOST_AUTO_TEST_CASE(a_path_quoted_as_a_whole_has_parts) {
  const Sql sql{"select * from `p.d.t`", Dialect::BigQuery};
  BOOST_REQUIRE_EQUAL(sql.only<Query>().scan.relations.size(), 1U);
  BOOST_CHECK_EQUAL(sql.only<Query>().scan.relations[0].size(), 3U);
  BOOST_CHECK_EQUAL(sql.slice(sql.only<Query>().scan.relations[0].parts[1].range), "d");
}

BOOST_AUTO_TEST_CASE(shapes_of_expressions_are_told_apart) {
  const auto shape = [](std::string_view text) { return scan_expression(text, {0, static_cast<std::uint32_t>(text.size())}, Dialect::Postgres).shape; };
  BOOST_CHECK(shape("'a'") == Shape::Literal);
  BOOST_CHECK(shape("('a'::varchar(3))") == Shape::Literal);
  BOOST_CHECK(shape("- 1.5e-3") == Shape::Literal);
  BOOST_CHECK(shape("interval '1 day'") == Shape::Literal);
  BOOST_CHECK(shape("t.a") == Shape::Column);
  BOOST_CHECK(shape("coalesce(a, 1)") == Shape::Call);
  BOOST_CHECK(shape("left(a, 1)") == Shape::Call);
  BOOST_CHECK(shape("cast(a as int)") == Shape::Cast);
  BOOST_CHECK(shape("a::int") == Shape::Cast);
  BOOST_CHECK(shape("case when a then b end") == Shape::Case);
  BOOST_CHECK(shape("(select 1)") == Shape::Subquery);
  BOOST_CHECK(shape("a + 1") == Shape::Other);
  BOOST_CHECK(shape("f(a) + g(b)") == Shape::Other);
}

BOOST_AUTO_TEST_CASE(a_string_is_a_name_where_duckdb_and_sqlite_take_one) {
  BOOST_CHECK_EQUAL(Sql("create sequence if not exists 'a_serial' start with 1", Dialect::DuckDb).only<Create>().name.last(), "a_serial");
  BOOST_CHECK_EQUAL(Sql("insert into 'u' values ('v')", Dialect::Sqlite).only<Insert>().target.last(), "u");
  BOOST_CHECK_EQUAL(Sql("delete from 'u'", Dialect::DuckDb).only<Delete>().target.last(), "u");
  BOOST_CHECK(!refusal("create sequence 'a_serial'", Dialect::Postgres).empty());
  BOOST_CHECK(!refusal("drop table 'u'", Dialect::DuckDb).empty());
}

// ---- what cannot be right ----

BOOST_AUTO_TEST_CASE(heads_without_their_parts_are_refused) {
  BOOST_CHECK_EQUAL(refusal("update t where id = 5"), "`update` has `where` where `set` is expected [where]");
  BOOST_CHECK_EQUAL(refusal("insert t"), "`insert` ends where `values` or a query is expected [t]");
  BOOST_CHECK_EQUAL(refusal("insert into t (a)"), "`insert` without `values` or a query [insert into t (a)]");
  BOOST_CHECK_EQUAL(refusal("create table"), "`create` ends where a name is expected [table]");
  BOOST_CHECK_EQUAL(refusal("drop"), "`drop` ends where the kind of an object is expected [drop]");
  BOOST_CHECK_EQUAL(refusal("grant select to"), "`grant` ends where a grantee is expected [to]");
  BOOST_CHECK_EQUAL(refusal("grant select on t"), "`grant` ends where `to` is expected [t]");
  BOOST_CHECK_EQUAL(refusal("merge into t using s on a = b"), "`merge` ends where `when` is expected [b]");
  for (const char* head : {"update t set", "delete", "alter table t", "create index ix", "truncate", "call", "revoke select on t", "create or replace", "comment on table t"}) {
    BOOST_TEST_CONTEXT(head) { BOOST_CHECK(!refusal(head).empty()); }
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_closed_is_refused_at_its_opening) {
  BOOST_CHECK_EQUAL(refusal("select (1, (2)"), "`(` is not closed [(]");
  BOOST_CHECK_EQUAL(refusal("select 1)"), "`)` closes nothing [)]");
  BOOST_CHECK_EQUAL(refusal("select 'abc; select 2"), "unterminated string [']");
  BOOST_CHECK_EQUAL(refusal("select \"abc"), "unterminated quoted name [\"]");
  BOOST_CHECK_EQUAL(refusal("select 1 /* abc"), "unterminated comment [/*]");
  BOOST_CHECK_EQUAL(refusal("select $a$ abc $b$"), "unterminated string [$]");
}

BOOST_AUTO_TEST_CASE(the_parser_goes_on_behind_a_refused_statement) {
  BOOST_CHECK_EQUAL(Sql("update t where x; select 1; drop; delete from t").kinds(), "unparsable, select, unparsable, delete");
}

BOOST_AUTO_TEST_CASE(holes_stand_where_names_numbers_and_lists_could) {
  BOOST_CHECK_EQUAL(Sql("__hookc_hole_1__; select a from t limit __hookc_hole_1__; insert into t values (__hookc_hole_1__, __hookc_hole_2__); grant __hookc_hole_1__ on "
                        "__hookc_hole_2__ to role __hookc_hole_3__; update __hookc_hole_1__; create __hookc_hole_1__ x; insert into t __hookc_hole_1__")
                        .kinds(),
                    "other, select, insert, grant, other, other, insert");
  const Sql where{"update t set a = 1 where id = __hookc_hole_3__"};
  BOOST_CHECK_EQUAL(where.only<Update>().where->equalities.size(), 1U);
}

BOOST_AUTO_TEST_CASE(words_that_are_keywords_elsewhere_are_names_too) {
  check_equal(names(Sql{"select r.a, at from a r join b on r.i = b.i"}.only<Query>().scan.relations), {"a", "b"});
  check_equal(names(Sql{"select name, type, user, role, comment, value, source, file from tag"}.only<Query>().scan.columns),
              {"name", "type", "user", "role", "comment", "value", "source", "file"});
  BOOST_CHECK_EQUAL(Sql{"update task set source = 1"}.only<Update>().target.str(), "task");
  BOOST_CHECK_EQUAL(Sql{"insert into event (type) values (1)"}.only<Insert>().target.str(), "event");
}

// ---- limits ----

BOOST_AUTO_TEST_CASE(a_hundred_thousand_parentheses_are_no_trouble) {
  const std::string open(100'000, '(');
  BOOST_CHECK_EQUAL(Sql("select " + open + "1" + std::string(100'000, ')')).kinds(), "select");
  BOOST_CHECK_EQUAL(refusal("select " + open), "`(` is not closed [(]");
  std::string selects;
  for (int i = 0; i < 50'000; ++i) selects += "(select ";
  BOOST_CHECK_EQUAL(Sql("insert into t values " + selects + "1" + std::string(50'000, ')')).kinds(), "insert");
}

BOOST_AUTO_TEST_CASE(a_megabyte_of_anything_ends_and_every_byte_range_is_inside) {
  std::mt19937 random{7};
  for (const Dialect dialect : {Dialect::Generic, Dialect::BigQuery, Dialect::Snowflake, Dialect::SqlServer, Dialect::MySql}) {
    std::string bytes(1'000'000, ' ');
    for (char& byte : bytes) byte = static_cast<char>(random() & 0xFFU);
    const Sql sql{bytes, dialect};
    for (const Statement& statement : sql.script.statements) {
      BOOST_REQUIRE(statement.range.begin < statement.range.end && statement.range.end <= bytes.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(shuffled_sql_never_breaks_the_parser) {
  const char* const words[] = {"create", "table", "drop", "alter", "add", "column", "if", "not", "exists", "insert", "into", "values", "(", ")", ",", ";", ".", "=", "update",
                               "set", "where", "delete", "from", "merge", "using", "on", "when", "matched", "then", "grant", "to", "select", "with", "as", "x", "'s'", "1",
                               "begin", "end", "case", "copy", "revoke", "all", "in", "role", "external", "union", "over", "is", "null", "and", "between", "::", "[", "]",
                               "__hookc_hole_1__", "comment", "index", "default", "privileges", "use", "rename", "unload", "load", "data", "session", "for", "$$", "--\n"};
  std::mt19937 random{11};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const std::size_t length = random() % 14;
    for (std::size_t at = 0; at < length; ++at) (text += words[random() % std::size(words)]) += ' ';
    const Sql sql{text, static_cast<Dialect>(random() % 13)};
    for (const Statement& statement : sql.script.statements) BOOST_REQUIRE(statement.range.end <= text.size());
  }
}

BOOST_AUTO_TEST_CASE(a_text_over_the_limit_says_so) {
  const Script script = parse_sql(std::string(kMaxSqlBytes + 1, ' '), Dialect::Generic);
  BOOST_REQUIRE_EQUAL(script.statements.size(), 1U);
  BOOST_CHECK(std::holds_alternative<Unparsable>(script.statements[0].node));
}

// ---- names and dialects ----

BOOST_AUTO_TEST_CASE(names_compare_as_a_database_would) {
  const auto name = [](std::string_view text) { return parse_name(text, Dialect::Postgres); };
  BOOST_CHECK(may_be_same(name("t"), name("s.T")));
  BOOST_CHECK(!may_be_same(name("a.t"), name("b.t")));
  BOOST_CHECK(!may_be_same(name(""), name("t")));
  BOOST_CHECK(same_name(name("\"T\""), name("t")));
  BOOST_CHECK(!same_name(name("\"T\""), name("\"t\"")));
  BOOST_CHECK(name("a b").empty());
  BOOST_CHECK(name("a.").empty());
  BOOST_CHECK_EQUAL(name("\"a \"\"b\"\"\".C").str(), "a \"b\".c");
}

BOOST_AUTO_TEST_CASE(dialects_are_found_by_name_and_by_adapter) {
  BOOST_CHECK(dialect_named("PostgreSQL") == Dialect::Postgres);
  BOOST_CHECK(!dialect_named("nosuch"));
  BOOST_CHECK(dialect_of_adapter("athena") == Dialect::Trino);
  BOOST_CHECK(dialect_of_adapter("nosuch") == Dialect::Generic);
  for (int at = 0; at < 13; ++at) BOOST_CHECK(dialect_named(name_of(static_cast<Dialect>(at))) == static_cast<Dialect>(at));
}

BOOST_AUTO_TEST_CASE(guards_are_facts_of_a_dialect) {
  BOOST_CHECK(guards_of(Dialect::Postgres, Guarded::CreateTable).or_replace == Support::No);
  BOOST_CHECK(guards_of(Dialect::Postgres, Guarded::CreateTable).if_not_exists == Support::Yes);
  BOOST_CHECK(guards_of(Dialect::Postgres, Guarded::CreateIndex).needs_name);
  BOOST_CHECK(guards_of(Dialect::Databricks, Guarded::AddColumn).if_not_exists == Support::No);
  BOOST_CHECK(guards_of(Dialect::Generic, Guarded::CreateTable).if_not_exists == Support::Unknown);
  BOOST_CHECK(guards_of(Dialect::MySql, Guarded::CreateTable).if_not_exists == Support::Yes);
  BOOST_CHECK(guards_of(Dialect::MySql, Guarded::CreateIndex).if_not_exists == Support::Unknown);  // MariaDB has it, MySQL does not
  BOOST_CHECK(guards_of(Dialect::ClickHouse, Guarded::AddColumn).if_not_exists == Support::Yes);
  BOOST_CHECK(guards_of(Dialect::SqlServer, Guarded::CreateTable).if_not_exists == Support::No);
  BOOST_CHECK_EQUAL(parameter_expression(Dialect::Postgres, "x").value(), ":'x'");
  BOOST_CHECK(!parameter_expression(Dialect::Trino, "x"));
}

BOOST_AUTO_TEST_CASE(common_table_expressions_begin_behind_with) {
  const auto begin = [](std::string_view text) { return with_list_begin(text, Dialect::Postgres); };
  BOOST_TEST(begin("with a as (select 1) select * from a").value() == 4U);
  BOOST_TEST(begin("-- with\nWITH /* x */ Recursive a as (select 1) select * from a").value() == 30U);
  BOOST_TEST(!begin("select * from (with a as (select 1) select * from a)").has_value());
  BOOST_TEST(!begin("").has_value());
}

}  // namespace
}  // namespace hookc::sql
