// Dialect: what databases disagree about, as rows of data: how text is cut into tokens, which statements have a guard against a
// second run, what may stand in a transaction, how a client writes a parameter.
//
// A dialect is not a grammar: there is one grammar of statements for all. Facts that nobody has confirmed are `Unknown`, never a
// guess, so that a rule can stay silent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookc::sql {

enum class Dialect : std::uint8_t {
  Generic, DuckDb, Postgres, Snowflake, BigQuery, Redshift, Databricks, Spark, Trino, MySql, Sqlite, ClickHouse, SqlServer
};

enum class Support : std::uint8_t { Unknown, No, Yes };

/// How text is cut into tokens, and what the database makes of a text.
struct DialectTraits {
  std::string_view name;         // as `--dialect` takes it
  std::string_view title;        // as people write it
  bool double_quote_is_name;     // `"a"` is a name; otherwise a string
  bool backtick_is_name;
  bool bracket_is_name;          // `[a b]`
  bool string_is_name;           // `'a'`, where a statement names what it makes or changes: `create sequence 'a'`
  bool backslash_escapes;        // in '..' strings; `e'..'` always has them where `escape_prefix` is set
  bool escape_prefix;            // e'..' with backslashes
  bool triple_quotes;            // '''..''' and """.."""
  bool raw_prefix;               // r'..' without escapes
  bool dollar_quotes;            // $$..$$
  bool dollar_tags;              // $tag$..$tag$
  bool hash_comments;
  bool slash_comments;           // `// ..`
  bool nested_comments;
  bool has_scripting_blocks;     // `begin ..; end` is one statement
  Support single_statement;      // Yes: a text with two statements is refused by the database or its dbt adapter
  Support transactions;          // statements of a hook can be undone together
  Support ddl_in_transaction;    // DDL can be undone too; No: it commits
};

const DialectTraits& traits_of(Dialect dialect);
inline std::string_view name_of(Dialect dialect) { return traits_of(dialect).name; }

/// The dialect that `--dialect` and `hookc.yml` mean; nothing for an unknown name. Case is ignored.
std::optional<Dialect> dialect_named(std::string_view name);
/// The dialect of a dbt adapter type (`target.type`); Generic for one that is not known.
Dialect dialect_of_adapter(std::string_view adapter_type);

/// What can be guarded against a second run.
enum class Guarded : std::uint8_t {
  CreateSchema, CreateTable, CreateTableAs, CreateView, CreateMaterializedView, CreateFunction, CreateProcedure, CreateIndex, CreateSequence,
  CreateRole, CreatePolicy, CreateType, CreateStateful /* stage, stream, task, pipe, file format, tag, warehouse, database, share */,
  DropRelation, AlterTable, AddColumn, DropColumn, RenameColumn, AddConstraint, DropConstraint
};

/// Which guards the dialect has. `if_not_exists` is for what is made or added, `if_exists` for what must be there.
struct Guards {
  Support or_replace = Support::Unknown;
  Support if_not_exists = Support::Unknown;
  Support if_exists = Support::Unknown;
  bool needs_name = false;  // the guard is refused without a name (an index of PostgreSQL)
};
Guards guards_of(Dialect dialect, Guarded what);

/// How the database's own client writes the run-time parameter `name` in a `.sql` file, as an expression of type text; nothing where it has no such thing.
std::optional<std::string> parameter_expression(Dialect dialect, std::string_view name);

}  // namespace hookc::sql
