#include "runtime/verify/state.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

namespace hookc {

namespace {

/// Queries of (aspect, object, text), and what lists tables as (schema, name) and digests a row of one. Names that a session could hide are qualified.
struct Reader {
  sql::Dialect dialect;
  std::string_view objects;
  std::string_view tables;
  std::string_view digest;  // of the rows of a table that is called `t`
};

constexpr std::string_view kDuckDbObjects = R"sql(
select 'schema', schema_name, coalesce(comment, '') from duckdb_schemas() where not internal and database_name = current_database()
union all
select 'table', schema_name || '.' || table_name, concat_ws('|', sql, comment) from duckdb_tables() where not internal and not temporary and database_name = current_database()
union all
select 'view', schema_name || '.' || view_name, concat_ws('|', sql, comment) from duckdb_views() where not internal and not temporary and database_name = current_database()
union all
select 'column', schema_name || '.' || table_name || '.' || column_name, concat_ws('|', column_index, data_type, is_nullable, column_default, comment)
from duckdb_columns() where not internal and database_name = current_database()
union all
select 'index', schema_name || '.' || index_name, concat_ws('|', sql, comment) from duckdb_indexes() where database_name = current_database()
union all
select 'sequence', schema_name || '.' || sequence_name, concat_ws('|', start_value, increment_by, cycle, last_value, comment) from duckdb_sequences() where not temporary and database_name = current_database()
union all
select 'function', schema_name || '.' || function_name || '(' || array_to_string(parameters, ', ') || ')', concat_ws('|', macro_definition, comment)
from duckdb_functions() where not internal and database_name = current_database()
union all
select 'type', schema_name || '.' || type_name, concat_ws('|', logical_type, labels, comment) from duckdb_types() where not internal and database_name = current_database()
)sql";

constexpr std::string_view kPostgresObjects = R"sql(
with spaces as (select oid, nspname, nspacl, nspowner from pg_catalog.pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
relations as (select c.*, n.nspname || '.' || c.relname as called from pg_catalog.pg_class c join spaces n on n.oid = c.relnamespace where c.relpersistence <> 't')
select 'schema', nspname::text, concat_ws('|', nspowner::regrole, nspacl, obj_description(oid, 'pg_namespace')) from spaces
union all
select case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'i' then 'index' when 'S' then 'sequence' else 'table' end, called,
  concat_ws('|', relkind, relpersistence, reloptions, relacl, relowner::regrole, relrowsecurity, relforcerowsecurity, obj_description(oid, 'pg_class'),
    case when relkind in ('v', 'm') then pg_get_viewdef(oid) when relkind in ('i', 'I') then pg_get_indexdef(oid) end)
from relations where relkind <> 't'
union all
select 'column', r.called || '.' || a.attname, concat_ws('|', a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attacl, a.attstattarget,
  pg_get_expr(d.adbin, d.adrelid), col_description(r.oid, a.attnum))
from relations r join pg_catalog.pg_attribute a on a.attrelid = r.oid left join pg_catalog.pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
where r.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
union all
select 'constraint', r.called || '.' || c.conname, pg_get_constraintdef(c.oid) from pg_catalog.pg_constraint c join relations r on r.oid = c.conrelid
union all
select 'trigger', r.called || '.' || t.tgname, concat_ws('|', pg_get_triggerdef(t.oid), t.tgenabled) from pg_catalog.pg_trigger t join relations r on r.oid = t.tgrelid where not t.tgisinternal
union all
select 'policy', schemaname || '.' || tablename || '.' || policyname, concat_ws('|', permissive, roles, cmd, qual, with_check) from pg_catalog.pg_policies
union all
select 'function', n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
  concat_ws('|', p.prokind, p.prosrc, p.proacl, p.proconfig, p.prosecdef, p.provolatile, format_type(p.prorettype, null), obj_description(p.oid, 'pg_proc'))
from pg_catalog.pg_proc p join spaces n on n.oid = p.pronamespace
union all
select 'type', n.nspname || '.' || t.typname, concat_ws('|', t.typtype, t.typacl, (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid))
from pg_catalog.pg_type t join spaces n on n.oid = t.typnamespace where t.typtype in ('e', 'd', 'r')
union all
select 'sequence value', schemaname || '.' || sequencename, concat_ws('|', start_value, increment_by, cycle, last_value) from pg_catalog.pg_sequences
union all
select 'default privileges', concat_ws('.', defaclnamespace::regnamespace, defaclrole::regrole, defaclobjtype), defaclacl::text from pg_catalog.pg_default_acl
union all
select 'extension', extname::text, extversion from pg_catalog.pg_extension
)sql";

constexpr Reader kReaders[] = {
    {sql::Dialect::DuckDb, kDuckDbObjects, "select schema_name, table_name from duckdb_tables() where not internal and not temporary and database_name = current_database()",
     "count(*), cast(coalesce(sum(cast(hash(t) as hugeint)), 0) as varchar)"},
    {sql::Dialect::Postgres, kPostgresObjects,
     "select n.nspname, c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm') and c.relispopulated and "
     "c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'",
     "count(*), coalesce(sum(pg_catalog.hashtextextended(t::text, 0)), 0)::text"}};

const Reader* reader_of(sql::Dialect dialect) {
  for (const Reader& reader : kReaders) {
    if (reader.dialect == dialect) return &reader;
  }
  return nullptr;
}

std::string text_at(const std::vector<Cell>& row, std::size_t column) { return column < row.size() ? to_text(row[column]).value_or("") : std::string{}; }

/// One query for the rows of all tables; empty when there is none.
std::string rows_query(const Reader& reader, const ResultSet& tables) {
  std::vector<std::string> parts;
  for (const auto& row : tables.rows) {
    const std::string schema = text_at(row, 0);
    const std::string name = text_at(row, 1);
    parts.push_back(fmt::format("select {}, {} from {}.{} as t", quote_literal(schema + "." + name), reader.digest, quote_name(schema), quote_name(name)));
  }
  return fmt::format("{}", fmt::join(parts, " union all "));
}

}  // namespace

bool can_read_state(sql::Dialect dialect) { return reader_of(dialect) != nullptr; }

std::variant<State, AdapterError> read_state(Adapter& adapter) {
  const Reader* reader = reader_of(adapter.dialect());
  if (reader == nullptr) {
    AdapterError error;
    error.kind = AdapterError::Kind::Unsupported;
    error.message = fmt::format("hookc does not know how to read the state of {}", sql::traits_of(adapter.dialect()).title);
    return error;
  }
  State state;
  Result objects = adapter.execute(reader->objects, Fetch::Rows);
  if (auto* error = std::get_if<AdapterError>(&objects)) return std::move(*error);
  for (const auto& row : std::get<ResultSet>(objects).rows) state.insert_or_assign(StateKey{text_at(row, 0), text_at(row, 1)}, StateValue{text_at(row, 2), std::nullopt});
  Result tables = adapter.execute(reader->tables, Fetch::Rows);
  if (auto* error = std::get_if<AdapterError>(&tables)) return std::move(*error);
  const std::string query = rows_query(*reader, std::get<ResultSet>(tables));
  if (query.empty()) return state;
  Result rows = adapter.execute(query, Fetch::Rows);
  if (auto* error = std::get_if<AdapterError>(&rows)) return std::move(*error);
  for (const auto& row : std::get<ResultSet>(rows).rows) {
    const std::string count = text_at(row, 1);
    StateValue value{text_at(row, 2), 0};
    std::from_chars(count.data(), count.data() + count.size(), *value.count);
    state.insert_or_assign(StateKey{"rows", text_at(row, 0)}, std::move(value));
  }
  return state;
}

std::vector<StateKey> differences(const State& before, const State& after) {
  std::vector<StateKey> keys;
  auto left = before.begin();
  auto right = after.begin();
  while (left != before.end() || right != after.end()) {
    if (right == after.end() || (left != before.end() && left->first < right->first)) {
      keys.push_back((left++)->first);
    } else if (left == before.end() || right->first < left->first) {
      keys.push_back((right++)->first);
    } else {
      if (!(left->second == right->second)) keys.push_back(left->first);
      ++left;
      ++right;
    }
  }
  return keys;
}

}  // namespace hookc
