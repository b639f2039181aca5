// Boost.Test: what stands in for statements that DuckDB does not have, sent to a real one.
#include <boost/test/unit_test.hpp>

#include "compiler/sql/parse.h"
#include "runtime/adapters/duckdb.h"
#include "runtime/substitute.h"

namespace hookc {
namespace {

const SubstituteScope kScope{sql::Dialect::DuckDb, "analytics", "orders.post-hook.0"};

std::optional<Substitution> substitution_of(std::string_view sql, const SubstituteScope& scope = kScope) {
  const sql::Script script = sql::parse_sql(sql, scope.dialect);
  BOOST_REQUIRE_EQUAL(script.statements.size(), 1U);
  return substitute(sql, script.statements[0], scope);
}

/// A database that is told statements as the runtime tells it: the substitutes where there are some.
class Warehouse {
 public:
  Warehouse() {
    auto opened = open_duckdb_file(":memory:", {});
    if (const auto* error = std::get_if<AdapterError>(&opened)) BOOST_FAIL(describe(*error));
    adapter_ = std::move(std::get<std::unique_ptr<Adapter>>(opened));
  }

  void tell(std::string_view sql, const SubstituteScope& scope = kScope) {
    for (const sql::Statement& statement : sql::parse_sql(sql, scope.dialect).statements) {
      const auto instead = substitute(sql, statement, scope);
      if (!instead) {
        send(sql.substr(statement.range.begin, statement.range.size()));
        continue;
      }
      for (const std::string& one : instead->statements) send(one);
    }
  }

  /// Rows as lines, cells with blanks between.
  std::string ask(std::string_view sql) {
    const Result result = adapter_->execute(sql, Fetch::Rows);
    if (const auto* error = std::get_if<AdapterError>(&result)) BOOST_FAIL(describe(*error));
    std::string out;
    for (const auto& row : std::get<ResultSet>(result).rows) {
      for (std::size_t i = 0; i < row.size(); ++i) out += (i == 0 ? "" : " ") + to_text(row[i]).value_or("NULL");
      out += "\n";
    }
    return out;
  }

  std::string privileges() {
    return ask("select privilege, object_kind, object, grantee, grant_option from analytics.hookc_privileges order by all");
  }

 private:
  void send(std::string_view sql) {
    const Result result = adapter_->execute(sql, Fetch::Nothing);
    if (const auto* error = std::get_if<AdapterError>(&result)) BOOST_FAIL(std::string{sql} + ": " + describe(*error));
  }
  std::unique_ptr<Adapter> adapter_;
};

// ---- privileges ----

BOOST_AUTO_TEST_CASE(a_grant_is_recorded_once_however_often_it_is_given) {
  Warehouse db;
  db.tell("grant select on analytics.orders to role reporter");
  const std::string first = db.ask("select granted_at, hook_id from analytics.hookc_privileges");
  db.tell("grant select on analytics.orders to role reporter");
  BOOST_TEST(db.privileges() == "select table analytics.orders reporter false\n");
  BOOST_TEST(db.ask("select granted_at, hook_id from analytics.hookc_privileges") == first);
  BOOST_TEST(first.find("orders.post-hook.0") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_combination_of_a_grant_is_a_row) {
  Warehouse db;
  db.tell("grant select, insert on a, b.c to x, \"Y z\"");
  BOOST_TEST(db.ask("select count(*), count(distinct privilege), count(distinct object), count(distinct grantee) from analytics.hookc_privileges") ==
             "8 2 2 2\n");
  BOOST_TEST(db.ask("select distinct grantee from analytics.hookc_privileges order by 1") == "Y z\nx\n");
}

BOOST_AUTO_TEST_CASE(a_revoke_takes_back_what_was_granted_and_nothing_else) {
  Warehouse db;
  db.tell("grant select, insert on orders to a, b; revoke insert on orders from a");
  BOOST_TEST(db.privileges() == "insert table orders b false\nselect table orders a false\nselect table orders b false\n");
  db.tell("revoke all privileges on orders from b");
  BOOST_TEST(db.privileges() == "select table orders a false\n");
  db.tell("revoke select on orders from a");
  db.tell("revoke select on orders from a");
  BOOST_TEST(db.privileges() == "");
}

BOOST_AUTO_TEST_CASE(a_revoke_before_any_grant_is_no_error) {
  Warehouse db;
  db.tell("revoke select on orders from a");
  BOOST_TEST(db.privileges() == "");
}

BOOST_AUTO_TEST_CASE(the_grant_option_is_given_and_taken_alone) {
  Warehouse db;
  db.tell("grant select on t to a");
  db.tell("grant select on t to a with grant option");
  BOOST_TEST(db.privileges() == "select table t a true\n");
  db.tell("revoke grant option for select on t from a");
  BOOST_TEST(db.privileges() == "select table t a false\n");
}

BOOST_AUTO_TEST_CASE(schemas_roles_and_whole_schemas_are_told_apart) {
  Warehouse db;
  db.tell("grant usage on schema marts to role reporter");
  db.tell("grant select on all tables in schema marts to role reporter");
  db.tell("grant role analyst to role reporter");
  BOOST_TEST(db.privileges() ==
             "member role analyst reporter false\n"
             "select table all tables in marts reporter false\n"
             "usage schema marts reporter false\n");
}

BOOST_AUTO_TEST_CASE(names_with_quotes_cannot_leave_their_place) {
  Warehouse db;
  db.tell("grant select on \"it's\" to \"o'neil\"", SubstituteScope{sql::Dialect::DuckDb, "an\"aly'tics", "h'ook"});
  BOOST_TEST(db.ask("select object, grantee, hook_id from \"an\"\"aly'tics\".hookc_privileges") == "it's o'neil h'ook\n");
}

BOOST_AUTO_TEST_CASE(a_recorded_grant_is_reported) {
  const auto substitution = substitution_of("GRANT  SELECT on analytics.orders\n to role Reporter");
  BOOST_REQUIRE(substitution.has_value());
  BOOST_REQUIRE_EQUAL(substitution->reports.size(), 1U);
  BOOST_TEST(substitution->reports[0] ==
             "`grant select on analytics.orders to role reporter` is recorded in `analytics.hookc_privileges`: DuckDB has no privileges");
}

BOOST_AUTO_TEST_CASE(a_long_grant_is_reported_shortened_between_characters) {
  std::string sql = "grant select on t to a";
  for (int i = 0; i < 60; ++i) sql += ", \"é" + std::to_string(i) + "\"";
  const auto substitution = substitution_of(sql);
  BOOST_REQUIRE(substitution.has_value());
  const std::string& report = substitution->reports.at(0);
  const std::size_t dots = report.find("...`");
  BOOST_REQUIRE(dots != std::string::npos);
  BOOST_TEST((static_cast<unsigned char>(report[dots - 1]) != 0xC3));
}

// ---- spellings ----

BOOST_AUTO_TEST_CASE(functions_get_the_spelling_of_the_database) {
  Warehouse db;
  db.tell("create table t (a timestamp, b timestamp, c varchar)");
  db.tell("insert into t values (current_timestamp(), GETDATE ( ), uuid_string())");
  BOOST_TEST(db.ask("select count(a), count(b), count(c) from t") == "1 1 1\n");
}

BOOST_AUTO_TEST_CASE(every_respelling_is_known_to_the_database_and_its_original_is_not) {
  for (const std::string_view name : {"current_timestamp", "localtimestamp", "current_time", "statement_timestamp", "clock_timestamp", "systimestamp",
                                      "getdate", "sysdatetime", "sysdate", "getutcdate", "uuid_string", "generate_uuid", "newid"}) {
    const std::string sql = "select " + std::string{name} + "()";
    auto opened = open_duckdb_file(":memory:", {});
    const auto& db = std::get<std::unique_ptr<Adapter>>(opened);
    BOOST_TEST(std::holds_alternative<AdapterError>(db->execute(sql, Fetch::Rows)), name);
    const auto substitution = substitution_of(sql);
    BOOST_REQUIRE_MESSAGE(substitution.has_value(), name);
    BOOST_TEST(std::holds_alternative<ResultSet>(db->execute(substitution->statements.at(0), Fetch::Rows)), name);
  }
}

BOOST_AUTO_TEST_CASE(text_that_only_looks_like_a_function_stays) {
  for (const std::string_view sql : {"select 'current_timestamp()'", "select 1 -- getdate()\n", "select 1 /* getdate() */", "select \"getdate\"()",
                                     "select my.getdate()", "select getdate", "select getdate(1)", "select $$getdate()$$", "select current_date()"}) {
    BOOST_TEST(!substitution_of(sql).has_value(), sql);
  }
}

BOOST_AUTO_TEST_CASE(a_respelled_statement_keeps_every_other_byte) {
  const auto substitution =
      substitution_of("update a.r set /* getdate() */ e = current_timestamp( ), d = datediff('second', s, current_timestamp()), n = 'getdate()';");
  BOOST_REQUIRE(substitution.has_value());
  BOOST_TEST(substitution->statements.at(0) ==
             "update a.r set /* getdate() */ e = current_timestamp, d = datediff('second', s, current_timestamp), n = 'getdate()'");
  BOOST_TEST(substitution->reports.size() == 2U);  // one for each spelling that was met
}

std::string on_postgres(std::string_view sql) {
  const auto substitution = substitution_of(sql, SubstituteScope{sql::Dialect::Postgres, "s", "h"});
  return substitution ? substitution->statements.at(0) : std::string{sql};
}

BOOST_AUTO_TEST_CASE(postgres_gets_its_spelling_of_functions_and_grants) {
  BOOST_TEST(on_postgres("select current_timestamp(), current_date ( )") == "select current_timestamp, current_date");
  BOOST_TEST(on_postgres("grant select on t to role a, role \"B\", c") == "grant select on t to a, \"B\", c");
  BOOST_TEST(on_postgres("revoke select on t from role a") == "revoke select on t from a");
  BOOST_TEST(on_postgres("update r set d = datediff('second', began, current_timestamp())") ==
             "update r set d = cast(extract(epoch from date_trunc('second', current_timestamp) - date_trunc('second', began)) as bigint)");
  BOOST_TEST(on_postgres("select datediff(DAY, least(a, b), c)") == "select cast(extract(epoch from date_trunc('day', c) - date_trunc('day', least(a, b))) / 86400 as bigint)");
}

BOOST_AUTO_TEST_CASE(what_postgres_knows_or_may_know_stays) {
  for (const std::string_view sql : {"select clock_timestamp(), statement_timestamp()", "select datediff('month', a, b)", "select my.datediff('day', a, b)", "select datediff(a, b)", "grant select on t to role",
                                     "grant select on t to a", "select 'datediff(''day'', a, b)'", "select datediff('day', a"}) {
    BOOST_TEST(on_postgres(sql) == sql);
  }
}

BOOST_AUTO_TEST_CASE(function_that_somebody_may_have_made_is_no_error_by_itself) {
  const auto is_needed = [](std::string_view sql) { return substitution_of(sql, SubstituteScope{sql::Dialect::Postgres, "s", "h"})->is_needed; };
  BOOST_TEST(!is_needed("select datediff('day', a, b)"));
  BOOST_TEST(!is_needed("select getdate()"));
  BOOST_TEST(is_needed("select getdate(), current_timestamp()"));
  BOOST_TEST(is_needed("grant select on t to role r"));
}

BOOST_AUTO_TEST_CASE(a_database_with_privileges_gets_what_was_written) {
  BOOST_TEST(!substitution_of("grant select on t to role r", SubstituteScope{sql::Dialect::Snowflake, "s", "h"}).has_value());
  BOOST_TEST(!substitution_of("select getdate()", SubstituteScope{sql::Dialect::Snowflake, "s", "h"}).has_value());
  BOOST_TEST(!substitution_of("select 1").has_value());
}

BOOST_AUTO_TEST_CASE(without_leave_to_substitute_the_error_says_how_to_give_it) {
  const auto substitution = substitution_of("grant select on t to r");
  BOOST_REQUIRE(substitution.has_value());
  const AdapterError error =
      unsupported_error("grant select on t to r", sql::parse_sql("grant select on t to r", sql::Dialect::DuckDb).statements[0], *substitution, sql::Dialect::DuckDb);
  BOOST_TEST((error.kind == AdapterError::Kind::Unsupported));
  BOOST_TEST(error.message == "DuckDB has no privileges: `grant select on t to r` cannot be executed");
  BOOST_TEST(error.help.find("unsupported: substitute") != std::string::npos);
}

}  // namespace
}  // namespace hookc
