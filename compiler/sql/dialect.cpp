#include "compiler/sql/dialect.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/base/ascii.h"
#include "compiler/sql/lexer.h"

namespace hookc::sql {
namespace {

constexpr Support kYes = Support::Yes;
constexpr Support kNo = Support::No;
constexpr Support kUnknown = Support::Unknown;
constexpr std::size_t kDialects = static_cast<std::size_t>(Dialect::SqlServer) + 1;

// Generic accepts what most accept: double quotes and backticks hold names, a backslash is plain, comments nest.
constexpr std::array<DialectTraits, kDialects> kTraits{{
    //                             "a"   `a`    [a]    'a'    \esc   e''    '''    r''    $$     $t$    #--    //     nest   begin  single    transact. ddl
    {"generic", "SQL",             true, true,  false, false, false, true,  false, false, true,  true,  false, false, true,  true,  kUnknown, kUnknown, kUnknown},
    {"duckdb", "DuckDB",           true, false, false, true,  false, true,  false, false, true,  true,  false, false, true,  false, kNo,      kYes,     kYes},
    {"postgres", "PostgreSQL",     true, false, false, false, false, true,  false, false, true,  true,  false, false, true,  false, kNo,      kYes,     kYes},
    {"snowflake", "Snowflake",     true, false, false, false, true,  false, false, false, true,  false, false, true,  false, true,  kNo,      kYes,     kNo},
    {"bigquery", "BigQuery",       false, true, false, false, true,  false, true,  true,  false, false, true,  false, false, true,  kNo,      kUnknown, kNo},
    {"redshift", "Redshift",       true, false, false, false, true,  true,  false, false, true,  true,  false, false, true,  false, kNo,      kYes,     kYes},
    {"databricks", "Databricks",   false, true, false, false, true,  false, false, true,  true,  false, false, false, true,  true,  kYes,     kNo,      kNo},
    {"spark", "Spark SQL",         false, true, false, false, true,  false, false, true,  false, false, false, false, true,  false, kYes,     kNo,      kNo},
    {"trino", "Trino",             true, false, false, false, false, false, false, false, true,  false, false, false, false, false, kYes,     kUnknown, kUnknown},
    {"mysql", "MySQL",             false, true, false, false, true,  false, false, false, false, false, true,  false, false, false, kYes,     kYes,     kNo},
    {"sqlite", "SQLite",           true, true,  true,  true,  false, false, false, false, false, false, false, false, false, false, kYes,     kYes,     kYes},
    {"clickhouse", "ClickHouse",   true, true,  false, false, true,  false, false, false, true,  true,  false, false, true,  false, kYes,     kNo,      kNo},
    {"sqlserver", "SQL Server",    true, false, true,  false, false, false, false, false, false, false, false, false, true,  false, kNo,      kYes,     kYes},
}};

struct Spelling {
  std::string_view name;
  Dialect dialect;
};
constexpr Spelling kSpellings[] = {
    {"postgresql", Dialect::Postgres}, {"pg", Dialect::Postgres},          {"sparksql", Dialect::Spark},       {"spark2", Dialect::Spark},
    {"mariadb", Dialect::MySql},       {"tsql", Dialect::SqlServer},       {"mssql", Dialect::SqlServer},      {"ansi", Dialect::Generic},
};
constexpr Spelling kAdapters[] = {
    {"postgres", Dialect::Postgres},   {"duckdb", Dialect::DuckDb},        {"snowflake", Dialect::Snowflake},  {"bigquery", Dialect::BigQuery},
    {"redshift", Dialect::Redshift},   {"databricks", Dialect::Databricks}, {"spark", Dialect::Spark},         {"trino", Dialect::Trino},
    {"athena", Dialect::Trino},        {"starburst", Dialect::Trino},      {"mysql", Dialect::MySql},          {"mysql5", Dialect::MySql},
    {"mariadb", Dialect::MySql},       {"sqlite", Dialect::Sqlite},        {"clickhouse", Dialect::ClickHouse}, {"sqlserver", Dialect::SqlServer},
    {"fabric", Dialect::SqlServer},    {"synapse", Dialect::SqlServer},    {"alloydb", Dialect::Postgres},     {"greenplum", Dialect::Postgres},
    {"cratedb", Dialect::Postgres},    {"risingwave", Dialect::Postgres},  {"materialize", Dialect::Postgres}, {"glue", Dialect::Spark},
    {"motherduck", Dialect::DuckDb},   {"fabricspark", Dialect::Spark},
};

/// One row of guards: OR REPLACE, IF NOT EXISTS, IF EXISTS. Cells that were general knowledge when the table was made are Unknown.
struct GuardRow {
  Dialect dialect;
  Guarded what;
  Guards guards;
};
using enum Guarded;
constexpr GuardRow kGuards[] = {
    // DuckDB: run on 1.5.6.
    {Dialect::DuckDb, CreateSchema, {kYes, kYes, kUnknown}},
    {Dialect::DuckDb, CreateTable, {kYes, kYes, kUnknown}},
    {Dialect::DuckDb, CreateTableAs, {kYes, kYes, kUnknown}},
    {Dialect::DuckDb, CreateView, {kYes, kYes, kUnknown}},
    {Dialect::DuckDb, CreateFunction, {kYes, kYes, kUnknown}},
    {Dialect::DuckDb, CreateIndex, {kNo, kYes, kUnknown, true}},
    {Dialect::DuckDb, CreateSequence, {kYes, kYes, kUnknown}},
    {Dialect::DuckDb, CreateType, {kUnknown, kYes, kUnknown}},
    {Dialect::DuckDb, DropRelation, {kNo, kNo, kYes}},
    {Dialect::DuckDb, AlterTable, {kNo, kNo, kYes}},
    {Dialect::DuckDb, AddColumn, {kNo, kYes, kNo}},
    {Dialect::DuckDb, DropColumn, {kNo, kNo, kYes}},
    {Dialect::DuckDb, RenameColumn, {kNo, kNo, kNo}},
    {Dialect::DuckDb, AddConstraint, {kNo, kNo, kNo}},
    {Dialect::DuckDb, DropConstraint, {kNo, kNo, kNo}},
    // PostgreSQL: run on 15.
    {Dialect::Postgres, CreateSchema, {kNo, kYes, kUnknown}},
    {Dialect::Postgres, CreateTable, {kNo, kYes, kUnknown}},
    {Dialect::Postgres, CreateTableAs, {kNo, kYes, kUnknown}},
    {Dialect::Postgres, CreateView, {kYes, kNo, kUnknown}},
    {Dialect::Postgres, CreateMaterializedView, {kNo, kYes, kUnknown}},
    {Dialect::Postgres, CreateFunction, {kYes, kNo, kUnknown}},
    {Dialect::Postgres, CreateProcedure, {kYes, kNo, kUnknown}},
    {Dialect::Postgres, CreateIndex, {kNo, kYes, kUnknown, true}},
    {Dialect::Postgres, CreateSequence, {kNo, kYes, kUnknown}},
    {Dialect::Postgres, CreateRole, {kNo, kNo, kUnknown}},
    {Dialect::Postgres, CreatePolicy, {kNo, kNo, kUnknown}},
    {Dialect::Postgres, CreateType, {kNo, kNo, kUnknown}},
    {Dialect::Postgres, DropRelation, {kNo, kNo, kYes}},
    {Dialect::Postgres, AlterTable, {kNo, kNo, kYes}},
    {Dialect::Postgres, AddColumn, {kNo, kYes, kNo}},
    {Dialect::Postgres, DropColumn, {kNo, kNo, kYes}},
    {Dialect::Postgres, RenameColumn, {kNo, kNo, kNo}},
    {Dialect::Postgres, AddConstraint, {kNo, kNo, kNo}},
    {Dialect::Postgres, DropConstraint, {kNo, kNo, kYes}},
    // SQLite: run on 3.40.
    {Dialect::Sqlite, CreateTable, {kNo, kYes, kUnknown}},
    {Dialect::Sqlite, CreateTableAs, {kNo, kYes, kUnknown}},
    {Dialect::Sqlite, CreateView, {kNo, kYes, kUnknown}},
    {Dialect::Sqlite, CreateIndex, {kNo, kYes, kUnknown, true}},
    {Dialect::Sqlite, DropRelation, {kNo, kNo, kYes}},
    {Dialect::Sqlite, AlterTable, {kNo, kNo, kNo}},
    {Dialect::Sqlite, AddColumn, {kNo, kNo, kNo}},
    {Dialect::Sqlite, DropColumn, {kNo, kNo, kNo}},
    {Dialect::Sqlite, RenameColumn, {kNo, kNo, kNo}},
    // The rest: from the vendors' grammars.
    {Dialect::Snowflake, CreateSchema, {kYes, kYes, kUnknown}},
    {Dialect::Snowflake, CreateTable, {kYes, kYes, kUnknown}},
    {Dialect::Snowflake, CreateTableAs, {kYes, kYes, kUnknown}},
    {Dialect::Snowflake, CreateView, {kYes, kYes, kUnknown}},
    {Dialect::Snowflake, CreateMaterializedView, {kYes, kUnknown, kUnknown}},
    {Dialect::Snowflake, CreateFunction, {kYes, kYes, kUnknown}},
    {Dialect::Snowflake, CreateProcedure, {kYes, kYes, kUnknown}},
    {Dialect::Snowflake, CreateSequence, {kYes, kYes, kUnknown}},
    {Dialect::Snowflake, CreateRole, {kYes, kYes, kUnknown}},
    {Dialect::Snowflake, CreatePolicy, {kYes, kYes, kUnknown}},
    {Dialect::Snowflake, CreateStateful, {kYes, kYes, kUnknown}},
    {Dialect::Snowflake, DropRelation, {kNo, kNo, kYes}},
    {Dialect::Snowflake, AlterTable, {kNo, kNo, kYes}},
    {Dialect::Snowflake, AddColumn, {kNo, kYes, kNo}},
    {Dialect::Snowflake, DropColumn, {kNo, kNo, kYes}},
    {Dialect::Snowflake, RenameColumn, {kNo, kNo, kNo}},
    {Dialect::Snowflake, AddConstraint, {kNo, kNo, kNo}},
    {Dialect::Snowflake, DropConstraint, {kNo, kNo, kNo}},
    {Dialect::BigQuery, CreateSchema, {kNo, kYes, kUnknown}},
    {Dialect::BigQuery, CreateTable, {kYes, kYes, kUnknown}},
    {Dialect::BigQuery, CreateTableAs, {kYes, kYes, kUnknown}},
    {Dialect::BigQuery, CreateView, {kYes, kYes, kUnknown}},
    {Dialect::BigQuery, CreateMaterializedView, {kYes, kYes, kUnknown}},
    {Dialect::BigQuery, CreateFunction, {kYes, kYes, kUnknown}},
    {Dialect::BigQuery, CreateProcedure, {kYes, kYes, kUnknown}},
    {Dialect::BigQuery, CreateIndex, {kUnknown, kYes, kUnknown, true}},
    {Dialect::BigQuery, CreatePolicy, {kYes, kYes, kUnknown}},
    {Dialect::BigQuery, DropRelation, {kNo, kNo, kYes}},
    {Dialect::BigQuery, AlterTable, {kNo, kNo, kYes}},
    {Dialect::BigQuery, AddColumn, {kNo, kYes, kNo}},
    {Dialect::BigQuery, DropColumn, {kNo, kNo, kYes}},
    {Dialect::BigQuery, RenameColumn, {kNo, kNo, kYes}},
    {Dialect::Databricks, CreateSchema, {kNo, kYes, kUnknown}},
    {Dialect::Databricks, CreateTable, {kYes, kYes, kUnknown}},
    {Dialect::Databricks, CreateTableAs, {kYes, kYes, kUnknown}},
    {Dialect::Databricks, CreateView, {kYes, kYes, kUnknown}},
    {Dialect::Databricks, CreateMaterializedView, {kYes, kYes, kUnknown}},
    {Dialect::Databricks, CreateFunction, {kYes, kYes, kUnknown}},
    {Dialect::Databricks, DropRelation, {kNo, kNo, kYes}},
    {Dialect::Databricks, AlterTable, {kNo, kNo, kNo}},
    {Dialect::Databricks, AddColumn, {kNo, kNo, kNo}},
    {Dialect::Databricks, DropColumn, {kNo, kNo, kYes}},
    {Dialect::Databricks, RenameColumn, {kNo, kNo, kNo}},
    {Dialect::Databricks, AddConstraint, {kNo, kNo, kNo}},
    {Dialect::Spark, CreateSchema, {kNo, kYes, kUnknown}},
    {Dialect::Spark, CreateTable, {kYes, kYes, kUnknown}},
    {Dialect::Spark, CreateTableAs, {kYes, kYes, kUnknown}},
    {Dialect::Spark, CreateView, {kYes, kYes, kUnknown}},
    {Dialect::Spark, CreateFunction, {kYes, kYes, kUnknown}},
    {Dialect::Spark, CreateIndex, {kNo, kYes, kUnknown, true}},
    {Dialect::Spark, DropRelation, {kNo, kNo, kYes}},
    {Dialect::Spark, AlterTable, {kNo, kNo, kNo}},
    {Dialect::Spark, AddColumn, {kNo, kNo, kNo}},
    {Dialect::Spark, DropColumn, {kNo, kNo, kYes}},
    {Dialect::Spark, RenameColumn, {kNo, kNo, kNo}},
    {Dialect::Redshift, CreateSchema, {kNo, kYes, kUnknown}},
    {Dialect::Redshift, CreateTable, {kNo, kYes, kUnknown}},
    {Dialect::Redshift, CreateView, {kYes, kNo, kUnknown}},
    {Dialect::Redshift, CreateFunction, {kYes, kNo, kUnknown}},
    {Dialect::Redshift, CreateProcedure, {kYes, kNo, kUnknown}},
    {Dialect::Redshift, CreateRole, {kNo, kNo, kUnknown}},
    {Dialect::Redshift, DropRelation, {kNo, kNo, kYes}},
    {Dialect::Redshift, AlterTable, {kNo, kNo, kNo}},
    {Dialect::Redshift, AddColumn, {kNo, kNo, kNo}},
    {Dialect::Redshift, DropColumn, {kNo, kNo, kNo}},
    {Dialect::Redshift, RenameColumn, {kNo, kNo, kNo}},
    {Dialect::Redshift, AddConstraint, {kNo, kNo, kNo}},
    {Dialect::Trino, CreateSchema, {kNo, kYes, kUnknown}},
    {Dialect::Trino, CreateTable, {kYes, kYes, kUnknown}},
    {Dialect::Trino, CreateTableAs, {kYes, kYes, kUnknown}},
    {Dialect::Trino, CreateView, {kYes, kNo, kUnknown}},
    {Dialect::Trino, CreateMaterializedView, {kYes, kYes, kUnknown}},
    {Dialect::Trino, CreateFunction, {kYes, kNo, kUnknown}},
    {Dialect::Trino, CreateRole, {kNo, kNo, kUnknown}},
    {Dialect::Trino, DropRelation, {kNo, kNo, kYes}},
    {Dialect::Trino, AlterTable, {kNo, kNo, kYes}},
    {Dialect::Trino, AddColumn, {kNo, kYes, kNo}},
    {Dialect::Trino, DropColumn, {kNo, kNo, kYes}},
    {Dialect::Trino, RenameColumn, {kNo, kNo, kYes}},
    // MySQL and MariaDB: what both have; MariaDB 10.11 was run. Where they differ, nothing is known: the dialect is one.
    {Dialect::MySql, CreateSchema, {kUnknown, kYes, kUnknown}},
    {Dialect::MySql, CreateTable, {kUnknown, kYes, kUnknown}},
    {Dialect::MySql, CreateTableAs, {kUnknown, kYes, kUnknown}},
    {Dialect::MySql, CreateView, {kYes, kUnknown, kUnknown}},
    {Dialect::MySql, CreateFunction, {kUnknown, kYes, kUnknown}},
    {Dialect::MySql, CreateProcedure, {kUnknown, kYes, kUnknown}},
    {Dialect::MySql, CreateRole, {kUnknown, kYes, kUnknown}},
    {Dialect::MySql, DropRelation, {kNo, kNo, kYes}},
    {Dialect::MySql, RenameColumn, {kNo, kNo, kUnknown}},
    {Dialect::MySql, AddConstraint, {kNo, kUnknown, kNo}},
    // ClickHouse and SQL Server: from the vendors' reference of each statement. SQL Server has OR ALTER for views and code, and not OR REPLACE.
    {Dialect::ClickHouse, CreateSchema, {kNo, kYes, kUnknown}},
    {Dialect::ClickHouse, CreateTable, {kYes, kYes, kUnknown}},
    {Dialect::ClickHouse, CreateTableAs, {kYes, kYes, kUnknown}},
    {Dialect::ClickHouse, CreateView, {kYes, kYes, kUnknown}},
    {Dialect::ClickHouse, CreateMaterializedView, {kNo, kYes, kUnknown}},
    {Dialect::ClickHouse, CreateFunction, {kYes, kYes, kUnknown}},
    {Dialect::ClickHouse, CreateIndex, {kNo, kYes, kUnknown, true}},
    {Dialect::ClickHouse, CreateRole, {kYes, kYes, kUnknown}},
    {Dialect::ClickHouse, CreatePolicy, {kYes, kYes, kUnknown}},
    {Dialect::ClickHouse, DropRelation, {kNo, kNo, kYes}},
    {Dialect::ClickHouse, AlterTable, {kNo, kNo, kNo}},
    {Dialect::ClickHouse, AddColumn, {kNo, kYes, kNo}},
    {Dialect::ClickHouse, DropColumn, {kNo, kNo, kYes}},
    {Dialect::ClickHouse, RenameColumn, {kNo, kNo, kYes}},
    {Dialect::ClickHouse, AddConstraint, {kNo, kYes, kNo}},
    {Dialect::ClickHouse, DropConstraint, {kNo, kNo, kYes}},
    {Dialect::SqlServer, CreateSchema, {kNo, kNo, kUnknown}},
    {Dialect::SqlServer, CreateTable, {kNo, kNo, kUnknown}},
    {Dialect::SqlServer, CreateTableAs, {kNo, kNo, kUnknown}},
    {Dialect::SqlServer, CreateView, {kNo, kNo, kUnknown}},
    {Dialect::SqlServer, CreateMaterializedView, {kNo, kNo, kUnknown}},
    {Dialect::SqlServer, CreateFunction, {kNo, kNo, kUnknown}},
    {Dialect::SqlServer, CreateProcedure, {kNo, kNo, kUnknown}},
    {Dialect::SqlServer, CreateIndex, {kNo, kNo, kUnknown}},
    {Dialect::SqlServer, CreateSequence, {kNo, kNo, kUnknown}},
    {Dialect::SqlServer, CreateRole, {kNo, kNo, kUnknown}},
    {Dialect::SqlServer, CreateType, {kNo, kNo, kUnknown}},
    {Dialect::SqlServer, DropRelation, {kNo, kNo, kYes}},
    {Dialect::SqlServer, AlterTable, {kNo, kNo, kNo}},
    {Dialect::SqlServer, AddColumn, {kNo, kNo, kNo}},
    {Dialect::SqlServer, DropColumn, {kNo, kNo, kYes}},
    {Dialect::SqlServer, RenameColumn, {kNo, kNo, kNo}},
    {Dialect::SqlServer, AddConstraint, {kNo, kNo, kNo}},
    {Dialect::SqlServer, DropConstraint, {kNo, kNo, kYes}},
};

}  // namespace

const DialectTraits& traits_of(Dialect dialect) { return kTraits[static_cast<std::size_t>(dialect)]; }

std::optional<Dialect> dialect_named(std::string_view name) {
  for (std::size_t at = 0; at < kDialects; ++at) {
    if (equal_ignoring_case(kTraits[at].name, name)) return static_cast<Dialect>(at);
  }
  for (const Spelling& spelling : kSpellings) {
    if (equal_ignoring_case(spelling.name, name)) return spelling.dialect;
  }
  return std::nullopt;
}

Dialect dialect_of_adapter(std::string_view adapter_type) {
  for (const Spelling& adapter : kAdapters) {
    if (equal_ignoring_case(adapter.name, adapter_type)) return adapter.dialect;
  }
  return Dialect::Generic;
}

Guards guards_of(Dialect dialect, Guarded what) {
  for (const GuardRow& row : kGuards) {
    if (row.dialect == dialect && row.what == what) return row.guards;
  }
  return {};
}

std::optional<std::string> parameter_expression(Dialect dialect, std::string_view name) {
  struct Form {
    Dialect dialect;
    std::string_view before;
    std::string_view after;
  };
  static constexpr Form kForms[] = {
      {Dialect::Postgres, ":'", "'"}, {Dialect::DuckDb, "getvariable('", "')"}, {Dialect::Snowflake, "$", ""}, {Dialect::BigQuery, "@", ""}, {Dialect::MySql, "@", ""},
  };
  for (const Form& form : kForms) {
    if (form.dialect == dialect) return std::string{form.before}.append(name).append(form.after);
  }
  return std::nullopt;
}

}  // namespace hookc::sql
