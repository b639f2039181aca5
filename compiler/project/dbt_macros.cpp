#include "compiler/project/dbt_macros.h"

#include <array>
#include <string>
#include <string_view>

#include "compiler/project/macros.h"

namespace hookc {

namespace {

/// A macro that is looked up by adapter: one row for each adapter that writes it in its own way.
struct Variant {
  std::string_view macro;
  std::string_view parameters;
  std::string_view adapter;
  std::string_view body;
};

/// Rows of one macro stand together; the first one's parameters are those of the macro that dispatches.
constexpr std::array kVariants{
    // ---- names of relations
    Variant{"generate_schema_name", "custom_schema_name=none, node=none", "default",
            "{% if custom_schema_name is none %}{{ target.schema }}{% else %}{{ target.schema }}_{{ custom_schema_name | trim }}{% endif %}"},
    Variant{"generate_alias_name", "custom_alias_name=none, node=none", "default",
            "{% if custom_alias_name %}{{ custom_alias_name | trim }}{% elif node.version %}{{ node.name }}_v{{ node.version | replace('.', '_') }}"
            "{% else %}{{ node.name }}{% endif %}"},
    Variant{"generate_database_name", "custom_database_name=none, node=none", "default",
            "{% if custom_database_name is none %}{{ target.database }}{% else %}{{ custom_database_name }}{% endif %}"},
    // ---- types
    Variant{"type_string", "", "default", "TEXT"},
    Variant{"type_string", "", "bigquery", "STRING"},
    Variant{"type_string", "", "spark", "string"},
    Variant{"type_string", "", "athena", "varchar"},
    Variant{"type_string", "", "trino", "VARCHAR"},
    Variant{"type_timestamp", "", "default", "timestamp"},
    Variant{"type_timestamp", "", "postgres", "timestamp without time zone"},
    Variant{"type_timestamp", "", "snowflake", "timestamp_ntz"},
    Variant{"type_timestamp", "", "bigquery", "TIMESTAMP"},
    Variant{"type_float", "", "default", "float"},
    Variant{"type_float", "", "bigquery", "FLOAT64"},
    Variant{"type_float", "", "trino", "DOUBLE"},
    Variant{"type_numeric", "", "default", "numeric(28,6)"},
    Variant{"type_numeric", "", "bigquery", "numeric"},
    Variant{"type_numeric", "", "spark", "decimal(28,6)"},
    Variant{"type_bigint", "", "default", "bigint"},
    Variant{"type_int", "", "default", "integer"},
    Variant{"type_int", "", "bigquery", "INT64"},
    Variant{"type_int", "", "spark", "int"},
    Variant{"type_boolean", "", "default", "boolean"},
    // ---- time
    Variant{"current_timestamp", "", "default", "current_timestamp"},
    Variant{"current_timestamp", "", "duckdb", "now()"},
    Variant{"current_timestamp", "", "postgres", "now()"},
    Variant{"current_timestamp", "", "redshift", "getdate()"},
    Variant{"current_timestamp", "", "snowflake", "convert_timezone('UTC', current_timestamp())"},
    Variant{"current_timestamp", "", "bigquery", "current_timestamp()"},
    Variant{"current_timestamp", "", "spark", "current_timestamp()"},
    Variant{"current_timestamp", "", "sqlserver", "sysdatetime()"},
    Variant{"current_timestamp_backcompat", "", "default", "current_timestamp::timestamp"},
    Variant{"current_timestamp_backcompat", "", "bigquery", "current_timestamp()"},
    Variant{"current_timestamp_backcompat", "", "snowflake", "current_timestamp::timestamp_ntz"},
    Variant{"current_timestamp_in_utc_backcompat", "", "default", "(current_timestamp at time zone 'utc')::timestamp"},
    Variant{"current_timestamp_in_utc_backcompat", "", "bigquery", "current_timestamp()"},
    Variant{"current_timestamp_in_utc_backcompat", "", "snowflake", "convert_timezone('UTC', current_timestamp::timestamp_tz)::timestamp_ntz"},
    Variant{"snapshot_get_time", "", "default", "{{ dbt.current_timestamp() }}"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "default", "dateadd({{ datepart }}, {{ interval }}, {{ from_date_or_timestamp }})"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "duckdb",
            "({{ from_date_or_timestamp }} + cast({{ interval }} as bigint) * interval '1 {{ datepart }}')"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "postgres",
            "({{ from_date_or_timestamp }} + ({{ interval }}) * interval '1 {{ datepart }}')"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "redshift", "dateadd({{ datepart }}, {{ interval }}, {{ from_date_or_timestamp }})"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "bigquery",
            "datetime_add(cast({{ from_date_or_timestamp }} as datetime), interval {{ interval }} {{ datepart }})"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "trino", "date_add('{{ datepart }}', {{ interval }}, {{ from_date_or_timestamp }})"},
    Variant{"datediff", "first_date, second_date, datepart", "default", "datediff({{ datepart }}, {{ first_date }}, {{ second_date }})"},
    Variant{"datediff", "first_date, second_date, datepart", "duckdb",
            "date_diff('{{ datepart }}', cast({{ first_date }} as timestamp), cast({{ second_date }} as timestamp))"},
    Variant{"datediff", "first_date, second_date, datepart", "bigquery",
            "datetime_diff(cast({{ second_date }} as datetime), cast({{ first_date }} as datetime), {{ datepart }})"},
    Variant{"datediff", "first_date, second_date, datepart", "redshift", "datediff({{ datepart }}, {{ first_date }}, {{ second_date }})"},
    Variant{"datediff", "first_date, second_date, datepart", "trino", "date_diff('{{ datepart }}', {{ first_date }}, {{ second_date }})"},
    Variant{"datediff", "first_date, second_date, datepart", "postgres",
            "{% set years = \"(date_part('year', cast(\" ~ second_date ~ \" as date)) - date_part('year', cast(\" ~ first_date ~ \" as date)))\" %}"
            "{% set days = '(cast(' ~ second_date ~ ' as date) - cast(' ~ first_date ~ ' as date))' %}"
            "{% set hours = '(' ~ days ~ ' * 24 + ' ~ dbt.postgres__datediff_part('hour', first_date, second_date) ~ ')' %}"
            "{% if datepart == 'year' %}{{ years }}"
            "{% elif datepart == 'quarter' %}({{ years }} * 4 + {{ dbt.postgres__datediff_part('quarter', first_date, second_date) }})"
            "{% elif datepart == 'month' %}({{ years }} * 12 + {{ dbt.postgres__datediff_part('month', first_date, second_date) }})"
            "{% elif datepart == 'day' %}{{ days }}"
            "{% elif datepart == 'week' %}({{ days }} / 7)"
            "{% elif datepart == 'hour' %}{{ hours }}"
            "{% elif datepart == 'minute' %}({{ hours }} * 60 + {{ dbt.postgres__datediff_part('minute', first_date, second_date) }})"
            "{% elif datepart == 'second' %}(({{ hours }} * 60 + {{ dbt.postgres__datediff_part('minute', first_date, second_date) }}) * 60 + floor({{ dbt.postgres__datediff_part('second', first_date, second_date) }}))"
            "{% else %}{{ exceptions.raise_compiler_error('Unsupported datepart for macro datediff in postgres: ' ~ datepart) }}{% endif %}"},
    Variant{"date_trunc", "datepart, date", "default", "date_trunc('{{ datepart }}', {{ date }})"},
    Variant{"date_trunc", "datepart, date", "bigquery", "timestamp_trunc(cast({{ date }} as timestamp), {{ datepart }})"},
    Variant{"date", "year, month, day", "default", "to_date('{{ year }}-{{ '%02d' | format(month) }}-{{ '%02d' | format(day) }}', 'YYYY-MM-DD')"},
    Variant{"date", "year, month, day", "duckdb", "make_date({{ year }}, {{ month }}, {{ day }})"},
    Variant{"last_day", "date, datepart", "default",
            "cast({{ dbt.dateadd('day', '-1', dbt.dateadd(datepart, '1', dbt.date_trunc(datepart, date))) }} as date)"},
    // ---- expressions
    Variant{"string_literal", "value", "default", "'{{ value }}'"},
    Variant{"escape_single_quotes", "expression", "default", "{{ expression | replace(\"'\", \"''\") }}"},
    Variant{"escape_single_quotes", "expression", "bigquery", "{{ expression | replace(\"'\", \"\\\\'\") }}"},
    Variant{"escape_single_quotes", "expression", "spark", "{{ expression | replace(\"'\", \"\\\\'\") }}"},
    Variant{"concat", "fields", "default", "{{ fields | join(' || ') }}"},
    Variant{"concat", "fields", "bigquery", "concat({{ fields | join(', ') }})"},
    Variant{"length", "expression", "default", "length({{ expression }})"},
    Variant{"replace", "field, old_chars, new_chars", "default", "replace({{ field }}, {{ old_chars }}, {{ new_chars }})"},
    Variant{"position", "substring_text, string_text", "default", "position({{ substring_text }} in {{ string_text }})"},
    Variant{"position", "substring_text, string_text", "bigquery", "strpos({{ string_text }}, {{ substring_text }})"},
    Variant{"right", "string_text, length_expression", "default", "right({{ string_text }}, {{ length_expression }})"},
    Variant{"split_part", "string_text, delimiter_text, part_number", "default", "split_part({{ string_text }}, {{ delimiter_text }}, {{ part_number }})"},
    Variant{"split_part", "string_text, delimiter_text, part_number", "bigquery", "split({{ string_text }}, {{ delimiter_text }})[safe_offset({{ part_number - 1 }})]"},
    Variant{"hash", "field", "default", "md5(cast({{ field }} as {{ dbt.type_string() }}))"},
    Variant{"hash", "field", "bigquery", "to_hex(md5(cast({{ field }} as string)))"},
    Variant{"cast", "field, type", "default", "cast({{ field }} as {{ type }})"},
    Variant{"safe_cast", "field, type", "default", "cast({{ field }} as {{ type }})"},
    Variant{"safe_cast", "field, type", "snowflake", "try_cast({{ field }} as {{ type }})"},
    Variant{"safe_cast", "field, type", "bigquery", "safe_cast({{ field }} as {{ type }})"},
    Variant{"safe_cast", "field, type", "duckdb", "try_cast({{ field }} as {{ type }})"},
    Variant{"cast_bool_to_text", "field", "default", "cast({{ field }} as {{ dbt.type_string() }})"},
    Variant{"any_value", "expression", "default", "any_value({{ expression }})"},
    Variant{"any_value", "expression", "postgres", "min({{ expression }})"},
    Variant{"bool_or", "expression", "default", "bool_or({{ expression }})"},
    Variant{"bool_or", "expression", "bigquery", "logical_or({{ expression }})"},
    Variant{"bool_or", "expression", "snowflake", "boolor_agg({{ expression }})"},
    Variant{"listagg", "measure, delimiter_text=\"','\", order_by_clause=none, limit_num=none", "default",
            "listagg({{ measure }}, {{ delimiter_text }}){% if order_by_clause %} within group ({{ order_by_clause }}){% endif %}"},
    Variant{"listagg", "measure, delimiter_text=\"','\", order_by_clause=none, limit_num=none", "postgres",
            "string_agg({{ measure }}, {{ delimiter_text }}{% if order_by_clause %} {{ order_by_clause }}{% endif %})"},
    Variant{"listagg", "measure, delimiter_text=\"','\", order_by_clause=none, limit_num=none", "duckdb",
            "string_agg({{ measure }}, {{ delimiter_text }}{% if order_by_clause %} {{ order_by_clause }}{% endif %})"},
    Variant{"listagg", "measure, delimiter_text=\"','\", order_by_clause=none, limit_num=none", "bigquery",
            "string_agg({{ measure }}, {{ delimiter_text }}{% if order_by_clause %} {{ order_by_clause }}{% endif %})"},
    Variant{"except", "", "default", "except"},
    Variant{"except", "", "bigquery", "except distinct"},
    Variant{"intersect", "", "default", "intersect"},
    Variant{"intersect", "", "bigquery", "intersect distinct"},
};

/// Macros that are the same everywhere.
constexpr std::string_view kPlain = R"({% macro make_hook_config(sql, inside_transaction) %}{{ tojson({"sql": sql, "transaction": inside_transaction}) }}{% endmacro %}
{% macro before_begin(sql) %}{{ make_hook_config(sql, inside_transaction=false) }}{% endmacro %}
{% macro in_transaction(sql) %}{{ make_hook_config(sql, inside_transaction=true) }}{% endmacro %}
{% macro after_commit(sql) %}{{ make_hook_config(sql, inside_transaction=false) }}{% endmacro %}
{% macro generate_schema_name_for_env(custom_schema_name, node) -%}
  {%- if target.name == 'prod' and custom_schema_name is not none -%}{{ custom_schema_name | trim }}{%- else -%}{{ target.schema }}{%- endif -%}
{%- endmacro %}
{% macro postgres__datediff_part(unit, first_date, second_date) -%}
  date_part('{{ unit }}', cast({{ second_date }} as timestamp)) - date_part('{{ unit }}', cast({{ first_date }} as timestamp))
{%- endmacro %}
{% macro get_columns_in_relation(relation) %}{{ return(adapter.get_columns_in_relation(relation)) }}{% endmacro %}
{% macro create_schema(relation) %}{% do adapter.create_schema(relation) %}{% endmacro %}
{% macro drop_schema(relation) %}{% do adapter.drop_schema(relation) %}{% endmacro %}
{% macro drop_relation(relation) %}{% do adapter.drop_relation(relation) %}{% endmacro %}
{% macro drop_relation_if_exists(relation) %}{% if relation is not none %}{% do adapter.drop_relation(relation) %}{% endif %}{% endmacro %}
{% macro truncate_relation(relation) %}{% do adapter.truncate_relation(relation) %}{% endmacro %}
{% macro rename_relation(from_relation, to_relation) %}{% do adapter.rename_relation(from_relation, to_relation) %}{% endmacro %}
{% macro check_schema_exists(information_schema, schema) %}{{ return(adapter.check_schema_exists(information_schema.database, schema)) }}{% endmacro %}
{% macro list_schemas(database) %}{{ return(adapter.list_schemas(database)) }}{% endmacro %}
{% macro get_or_create_relation(database, schema, identifier, type) %}
  {%- set existing = adapter.get_relation(database=database, schema=schema, identifier=identifier) -%}
  {%- if existing -%}{{ return([true, existing]) }}{%- endif -%}
  {{ return([false, api.Relation.create(database=database, schema=schema, identifier=identifier, type=type)]) }}
{% endmacro %}
)";

/// `a, b=none` without the defaults.
std::string names_of(std::string_view parameters) {
  std::string names;
  bool in_default = false;
  char quote = '\0';
  for (const char c : parameters) {
    if (quote != '\0' || ((c == '"' || c == '\'') && in_default)) {
      quote = quote == '\0' ? c : c == quote ? '\0' : quote;
      continue;
    }
    if (c == '=') in_default = true;
    if (c == ',') in_default = false;
    if (!in_default) names += c;
  }
  return names;
}

std::string macro_text() {
  std::string text{kPlain};
  std::string_view previous;
  for (const Variant& row : kVariants) {
    const std::string name{row.macro};
    const std::string parameters{row.parameters};
    if (row.macro != previous) {
      text += "{% macro " + name + "(" + parameters + ") %}{{ return(adapter.dispatch('" + name + "', 'dbt')(" + names_of(parameters) + ")) }}{% endmacro %}\n";
    }
    previous = row.macro;
    text += "{% macro " + std::string{row.adapter} + "__" + name + "(" + parameters + ") %}" + std::string{row.body} + "{% endmacro %}\n";
  }
  return text;
}

}  // namespace

Package make_dbt_package(Sources& sources) {
  Package package;
  package.name = "dbt";
  package.vars = std::make_shared<Dict>();
  Diagnostics problems;  // the text is our own: a test holds that there are none
  add_macros(sources, sources.add_file("<dbt>/macros.sql", macro_text()), package, problems);
  return package;
}

}  // namespace hookc
