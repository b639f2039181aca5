// Boost.Test: statements are cut where real parsers cut them: PostgreSQL's (libpg_query), DuckDB's (its library) and SQLite's.
//
// Scripts are made of statements that the database accepts, with everything between them that could mislead: quotes, comments, dollar quotes, blocks, empty statements.
#include <boost/test/unit_test.hpp>

#include <dlfcn.h>
#include <pg_query.h>
#include <sqlite3.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "compiler/sql/parse.h"

namespace hookc {
namespace {

using sql::Dialect;
using Statements = std::vector<std::string>;

constexpr int kScripts = 2000;

const Statements kCommon{
    "select 1", "select 'a;b'", "select 'it''s; fine'", "select ''", "select \"a;b\" from t", "select \"a\"\"b;\" from t", "insert into t values (1, ';'), (2, '--')", "select '/* no comment ;' ",
    "update t set a = '-- ;' where b = 1", "delete from t where a = ';'", "select 1 - -1", "select 4/2", "select case when a = ';' then 1 else 2 end from t", "create table t (a int, b text default ';')",
    "select a from (select ';' as a) as s", "drop table if exists t", "create view v as select 'x;y' as c", "select 'line\nbreak;'", "select /* in the middle ; ' */ 1", "select 1 -- to the end ; '\n + 1",
    "create index i on t (a)", "begin", "commit", "with a as (select ';' as b) select b from a", "select 'ä;ö', '\xF0\x9F\x98\x80;'"};

const Statements kPostgres{
    "select E'a\\';b'", "select e'\\\\'", "select $$a;b$$", "select $tag$ $$ ; $other$ $tag$", "do $$ begin perform 1; perform 2; end $$", "do $x$ begin if true then null; end if; end $x$",
    "create function f() returns int language sql as $f$ select 1; select 2; $f$", "create function f() returns int language sql begin atomic select 1; select 2; end",
    "create function f(a int) returns int language sql return a + 1", "create or replace procedure p() language plpgsql as $p$ begin null; end; $p$",
    "create procedure p() language sql begin atomic insert into t values (1); select case when 1 = 1 then 2 end; end", "select U&'\\0061;'", "select B'101', X'1F', N'n;'", "select a::text from t",
    "select /* nested /* ; */ still ; */ 1", "create rule r as on insert to t do also (insert into a values (1); insert into b values (2))", "copy t from '/tmp/x;y' with (format csv)",
    "create trigger g before insert on t for each row execute function f()", "select a -> 'b;' ->> 'c' from t", "comment on table t is 'a;b'", "grant select on t to public", "select 1 @- 2", "select $1",
    "create table \"we;ird\" (\"co;l\" int)", "vacuum t", "select 'a'\n'b;'", "select E'\\n;' 'x'"};

const Statements kDuckDb{"select $$a;b$$", "select $tag$;$tag$", "create macro m(a) as a || ';'", "select e'\\';'", "from t", "select [';', 'b']", "select {'a': ';'}", "pragma version", "create or replace table t as select ';' as a",
                         "select x -> x + 1", "copy t to 'x;y.csv'", "select a::text from t", "set threads = 1", "select * exclude (a) from t", "attach ':memory:' as other", "comment on table t is ';'"};

const Statements kSqlite{"select `a;b` from t", "select [a;b] from t", "create trigger g after insert on t begin insert into u values (1); delete from u where a = ';'; end",
                         "create temp trigger g after update on t begin select case when 1 then 2 else 3 end; end", "pragma user_version", "select x'61'", "replace into t values (1, ';')", "vacuum", "insert or ignore into t values (';')"};

class Scripts {
 public:
  Scripts(std::uint32_t seed, const Statements& own) : random_(seed), statements_(kCommon) { statements_.insert(statements_.end(), own.begin(), own.end()); }

  std::string next() {
    std::string script = between();
    const std::size_t count = 1 + random_() % 5;
    for (std::size_t i = 0; i < count; ++i) {
      script += statements_[random_() % statements_.size()];
      script += between();
      if (i + 1 < count || random_() % 2 == 0) script += ";" + between();
    }
    return script;
  }

 private:
  std::string between() {
    static const Statements kBetween{"", " ", "\n", "\n\n", "\t", " /* ; */ ", " -- ; it's\n", "\n-- a comment; with \"quotes\n", " /* ' */ ", "\r\n"};
    return kBetween[random_() % kBetween.size()];
  }

  std::mt19937 random_;
  Statements statements_;
};

std::vector<ByteRange> cut(const std::string& script, Dialect dialect) {
  std::vector<ByteRange> ranges;
  for (const sql::Statement& statement : sql::parse_sql(script, dialect).statements) ranges.push_back(statement.range);
  return ranges;
}

/// The statements of the catalogue that a test against real databases executes: each line is one script.
Statements catalogue() {
  std::ifstream in{HOOKC_CATALOGUE};
  Statements lines;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && !line.starts_with("--")) lines.push_back(line);
  }
  BOOST_REQUIRE(lines.size() > 100U);
  return lines;
}

// ----------------------------------------------------------------------------------------------------------------------- PostgreSQL

/// Whether PostgreSQL's parser took the script; its statements must then be ours.
bool check_postgres(const std::string& script) {
  const PgQuerySplitResult split = pg_query_split_with_parser(script.c_str());
  const bool taken = split.error == nullptr;
  if (taken) {
    const std::vector<ByteRange> ours = cut(script, Dialect::Postgres);
    BOOST_TEST(ours.size() == static_cast<std::size_t>(split.n_stmts), script);
    for (int i = 0; i < split.n_stmts && static_cast<std::size_t>(i) < ours.size(); ++i) {
      const auto begin = static_cast<std::uint32_t>(split.stmts[i]->stmt_location);
      const auto end = begin + static_cast<std::uint32_t>(split.stmts[i]->stmt_len);
      const ByteRange own = ours[static_cast<std::size_t>(i)];
      BOOST_TEST((begin <= own.begin && own.end <= end), script);
      const std::string_view text = script;
      BOOST_TEST(sql::is_blank(text.substr(begin, own.begin - begin), Dialect::Postgres), script);
      BOOST_TEST(sql::is_blank(text.substr(own.end, end - own.end), Dialect::Postgres), script);
    }
  }
  pg_query_free_split_result(split);
  return taken;
}

BOOST_AUTO_TEST_CASE(postgres_cuts_where_its_parser_does) {
  Scripts scripts{1, kPostgres};
  int taken = 0;
  for (int i = 0; i < kScripts; ++i) taken += check_postgres(scripts.next()) ? 1 : 0;
  for (const std::string& line : catalogue()) taken += check_postgres(line) ? 1 : 0;
  BOOST_TEST(taken > kScripts * 9 / 10);
}

// --------------------------------------------------------------------------------------------------------------------------- SQLite

/// Ends a script at every statement: each of ours is complete with its `;`, and not before one inside of it.
void check_sqlite(const std::string& script) {
  std::size_t expected = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < script.size(); ++at) {
    if (script[at] != ';' || sqlite3_complete(script.substr(begin, at + 1 - begin).c_str()) == 0) continue;
    if (!sql::is_blank(std::string_view{script}.substr(begin, at - begin), Dialect::Sqlite)) ++expected;
    begin = at + 1;
  }
  if (!sql::is_blank(std::string_view{script}.substr(begin), Dialect::Sqlite)) ++expected;
  BOOST_TEST(cut(script, Dialect::Sqlite).size() == expected, script);
}

BOOST_AUTO_TEST_CASE(sqlite_cuts_where_its_own_completeness_says) {
  Scripts scripts{2, kSqlite};
  for (int i = 0; i < kScripts; ++i) check_sqlite(scripts.next());
}

// --------------------------------------------------------------------------------------------------------------------------- DuckDB

/// The few functions of DuckDB's C interface that this needs.
class DuckDb {
 public:
  DuckDb() {
    const char* path = std::getenv("HOOKC_DUCKDB_LIBRARY");
    library_ = ::dlopen(path == nullptr ? "libduckdb.so" : path, RTLD_NOW | RTLD_LOCAL);
    BOOST_REQUIRE_MESSAGE(library_ != nullptr, ::dlerror());
    BOOST_REQUIRE(function<int(const char*, void**)>("duckdb_open")(nullptr, &database_) == 0);
    BOOST_REQUIRE(function<int(void*, void**)>("duckdb_connect")(database_, &connection_) == 0);
  }
  DuckDb(const DuckDb&) = delete;
  DuckDb& operator=(const DuckDb&) = delete;
  ~DuckDb() {
    function<void(void**)>("duckdb_disconnect")(&connection_);
    function<void(void**)>("duckdb_close")(&database_);
  }

  /// 0 when the parser refuses the script.
  std::size_t count(const std::string& script) {
    void* statements = nullptr;
    const auto found = function<std::uint64_t(void*, const char*, void**)>("duckdb_extract_statements")(connection_, script.c_str(), &statements);
    function<void(void**)>("duckdb_destroy_extracted")(&statements);
    return found;
  }

 private:
  template <class Signature>
  Signature* function(const char* name) {
    void* symbol = ::dlsym(library_, name);
    BOOST_REQUIRE_MESSAGE(symbol != nullptr, name);
    return reinterpret_cast<Signature*>(symbol);  // what dlsym is for
  }

  void* library_ = nullptr;
  void* database_ = nullptr;
  void* connection_ = nullptr;
};

BOOST_AUTO_TEST_CASE(duckdb_finds_as_many_statements) {
  DuckDb duckdb;
  Scripts scripts{3, kDuckDb};
  int taken = 0;
  const auto check = [&](const std::string& script) {
    const std::size_t expected = duckdb.count(script);
    if (expected == 0) return;
    ++taken;
    BOOST_TEST(cut(script, Dialect::DuckDb).size() == expected, script);
  };
  for (int i = 0; i < kScripts; ++i) check(scripts.next());
  for (const std::string& line : catalogue()) check(line);
  BOOST_TEST(taken > kScripts * 9 / 10);
}

}  // namespace
}  // namespace hookc
