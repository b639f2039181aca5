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
    Variant{"current_timestamp_backcompat", "", "default", "\n    current_timestamp::timestamp\n"},
    Variant{"current_timestamp_backcompat", "", "bigquery", "current_timestamp"},
    Variant{"current_timestamp_backcompat", "", "snowflake", "current_timestamp::timestamp_ntz"},
    Variant{"current_timestamp_in_utc_backcompat", "", "default", "{{ dbt.current_timestamp_backcompat() }}"},
    Variant{"current_timestamp_in_utc_backcompat", "", "postgres", "\n    (current_timestamp at time zone 'utc')::timestamp\n"},
    Variant{"current_timestamp_in_utc_backcompat", "", "bigquery", "current_timestamp"},
    Variant{"current_timestamp_in_utc_backcompat", "", "snowflake", "convert_timezone('UTC', current_timestamp)::timestamp_ntz"},
    Variant{"snapshot_get_time", "", "default", "{{ dbt.current_timestamp() }}"},
    Variant{"snapshot_get_time", "", "duckdb", "{{ dbt.current_timestamp() }}::timestamp"},
    Variant{"snapshot_get_time", "", "postgres", "{{ dbt.current_timestamp() }}::timestamp without time zone"},
    Variant{"snapshot_get_time", "", "snowflake", "to_timestamp_ntz({{ dbt.current_timestamp() }})"},
    Variant{"snapshot_string_as_time", "timestamp", "default",
            "{{ exceptions.raise_not_implemented('snapshot_string_as_time macro not implemented for adapter ' ~ adapter.type()) }}"},
    Variant{"snapshot_string_as_time", "timestamp", "duckdb", "'{{ timestamp }}'::timestamp"},
    Variant{"snapshot_string_as_time", "timestamp", "postgres", "'{{ timestamp }}'::timestamp without time zone"},
    Variant{"snapshot_string_as_time", "timestamp", "snowflake", "to_timestamp_ntz('{{ timestamp }}')"},
    Variant{"snapshot_string_as_time", "timestamp", "bigquery", "TIMESTAMP('{{ timestamp }}')"},
    Variant{"snapshot_string_as_time", "timestamp", "spark", "to_timestamp('{{ timestamp }}')"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "default",
            "\n\n    dateadd(\n        {{ datepart }},\n        {{ interval }},\n        {{ from_date_or_timestamp }}\n"
            "        )\n\n"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "duckdb",
            "\n\n    ({{ from_date_or_timestamp }} + {% if datepart == 'quarter' %}(cast({{ interval }} as bigint) * 3) * interval 1 month"
            "{% elif datepart == 'week' %}(cast({{ interval }} as bigint) * 7) * interval 1 day{% else %}cast({{ interval }} as bigint) * interval 1 {{ datepart }}{% endif %})"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "postgres",
            "\n\n    {{ from_date_or_timestamp }} + ((interval '1 {{ datepart }}') * ({{ interval }}))\n"
            "\n"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "redshift", "{{ dbt.default__dateadd(datepart, interval, from_date_or_timestamp) }}"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "bigquery",
            "\n\n        datetime_add(\n            cast( {{ from_date_or_timestamp }} as datetime),\n        interval {{ interval }} {{ datepart }}\n"
            "        )\n\n"},
    Variant{"dateadd", "datepart, interval, from_date_or_timestamp", "trino", "date_add('{{ datepart }}', {{ interval }}, {{ from_date_or_timestamp }})"},
    Variant{"datediff", "first_date, second_date, datepart", "default",
            "\n\n    datediff(\n        {{ datepart }},\n        {{ first_date }},\n        {{ second_date }}\n"
            "        )\n\n"},
    Variant{"datediff", "first_date, second_date, datepart", "duckdb",
            "{% if datepart == 'week' %}\n            ({{ dbt.datediff(first_date, second_date, 'day') }} // 7 + case\n"
            "            when date_part('dow', ({{ first_date }})::timestamp) <= date_part('dow', ({{ second_date }})::timestamp) then\n"
            "                case when {{ first_date }} <= {{ second_date }} then 0 else -1 end\n            else\n"
            "                case when {{ first_date }} <= {{ second_date }} then 1 else 0 end\n        end)\n"
            "    {% else %}\n        (date_diff('{{ datepart }}', {{ first_date }}::timestamp, {{ second_date }}::timestamp ))\n"
            "    {% endif %}"},
    Variant{"datediff", "first_date, second_date, datepart", "redshift", "{{ dbt.default__datediff(first_date, second_date, datepart) }}"},
    Variant{"datediff", "first_date, second_date, datepart", "bigquery",
            "\n\n    datetime_diff(\n        cast({{ second_date }} as datetime),\n        cast({{ first_date }} as datetime),\n"
            "        {{ datepart }}\n    )\n\n  "},
    Variant{"datediff", "first_date, second_date, datepart", "trino", "date_diff('{{ datepart }}', {{ first_date }}, {{ second_date }})"},
    Variant{"datediff", "first_date, second_date, datepart", "postgres",
            "{% if datepart == 'year' %}\n        (date_part('year', ({{ second_date }})::date) - date_part('year', ({{ first_date }})::date))\n"
            "    {% elif datepart == 'quarter' %}\n        ({{ dbt.datediff(first_date, second_date, 'year') }} * 4 + date_part('quarter', ({{ second_date }})::date) - date_part('quarter', ({{ first_date }})::date))\n"
            "    {% elif datepart == 'month' %}\n        ({{ dbt.datediff(first_date, second_date, 'year') }} * 12 + date_part('month', ({{ second_date }})::date) - date_part('month', ({{ first_date }})::date))\n"
            "    {% elif datepart == 'day' %}\n        (({{ second_date }})::date - ({{ first_date }})::date)\n"
            "    {% elif datepart == 'week' %}\n        ({{ dbt.datediff(first_date, second_date, 'day') }} / 7 + case\n"
            "            when date_part('dow', ({{ first_date }})::timestamp) <= date_part('dow', ({{ second_date }})::timestamp) then\n"
            "                case when {{ first_date }} <= {{ second_date }} then 0 else -1 end\n            else\n"
            "                case when {{ first_date }} <= {{ second_date }} then 1 else 0 end\n        end)\n"
            "    {% elif datepart == 'hour' %}\n        ({{ dbt.datediff(first_date, second_date, 'day') }} * 24 + date_part('hour', ({{ second_date }})::timestamp) - date_part('hour', ({{ first_date }})::timestamp))\n"
            "    {% elif datepart == 'minute' %}\n        ({{ dbt.datediff(first_date, second_date, 'hour') }} * 60 + date_part('minute', ({{ second_date }})::timestamp) - date_part('minute', ({{ first_date }})::timestamp))\n"
            "    {% elif datepart == 'second' %}\n        ({{ dbt.datediff(first_date, second_date, 'minute') }} * 60 + floor(date_part('second', ({{ second_date }})::timestamp)) - floor(date_part('second', ({{ first_date }})::timestamp)))\n"
            "    {% elif datepart == 'millisecond' %}\n        ({{ dbt.datediff(first_date, second_date, 'minute') }} * 60000 + floor(date_part('millisecond', ({{ second_date }})::timestamp)) - floor(date_part('millisecond', ({{ first_date }})::timestamp)))\n"
            "    {% elif datepart == 'microsecond' %}\n        ({{ dbt.datediff(first_date, second_date, 'minute') }} * 60000000 + floor(date_part('microsecond', ({{ second_date }})::timestamp)) - floor(date_part('microsecond', ({{ first_date }})::timestamp)))\n"
            "    {% else %}{{ exceptions.raise_compiler_error(\"Unsupported datepart for macro datediff in postgres: {!r}\".format(datepart)) }}{% endif %}"},
    Variant{"date_trunc", "datepart, date", "default", "date_trunc('{{ datepart }}', {{ date }})"},
    Variant{"date_trunc", "datepart, date", "bigquery", "timestamp_trunc(\n        cast({{ date }} as timestamp),\n        {{ datepart }}\n    )"},
    Variant{"date", "year, month, day", "default", "to_date('{{ year }}-{{ '%02d' | format(month) }}-{{ '%02d' | format(day) }}', 'YYYY-MM-DD')"},
    Variant{"date", "year, month, day", "duckdb", "make_date({{ year }}, {{ month }}, {{ day }})"},
    Variant{"last_day", "date, datepart", "default",
            "cast(\n        {{ dbt.dateadd('day', '-1', dbt.dateadd(datepart, '1', dbt.date_trunc(datepart, date))) }}\n"
            "        as date)"},
    Variant{"last_day", "date, datepart", "duckdb",
            "{% if datepart == 'quarter' %}-- duckdb dateadd does not support quarter interval.\n    cast(\n"
            "        {{ dbt.dateadd('day', '-1', dbt.dateadd('month', '3', dbt.date_trunc(datepart, date))) }}\n"
            "        as date){% else %}cast(\n        {{ dbt.dateadd('day', '-1', dbt.dateadd(datepart, '1', dbt.date_trunc(datepart, date))) }}\n"
            "        as date){% endif %}"},
    Variant{"last_day", "date, datepart", "postgres",
            "{% if datepart == 'quarter' %}-- postgres dateadd does not support quarter interval.\n    cast(\n"
            "        {{ dbt.dateadd('day', '-1', dbt.dateadd('month', '3', dbt.date_trunc(datepart, date))) }}\n"
            "        as date){% else %}cast(\n        {{ dbt.dateadd('day', '-1', dbt.dateadd(datepart, '1', dbt.date_trunc(datepart, date))) }}\n"
            "        as date){% endif %}"},
    Variant{"last_day", "date, datepart", "redshift", "{{ dbt.default__last_day(date, datepart) }}"},
    Variant{"last_day", "date, datepart", "bigquery", "last_day({{ date }}, {{ datepart }})"},
    // ---- expressions
    Variant{"string_literal", "value", "default", "'{{ value }}'"},
    Variant{"escape_single_quotes", "expression", "default", "{{ expression | replace(\"'\", \"''\") }}"},
    Variant{"escape_single_quotes", "expression", "bigquery", "{{ expression | replace(\"'\", \"\\\\'\") }}"},
    Variant{"escape_single_quotes", "expression", "spark", "{{ expression | replace(\"'\", \"\\\\'\") }}"},
    Variant{"concat", "fields", "default", "{{ fields | join(' || ') }}"},
    Variant{"concat", "fields", "bigquery", "concat({{ fields | join(', ') }})"},
    Variant{"concat", "fields", "spark", "concat({{ fields | join(', ') }})"},
    Variant{"length", "expression", "default", "\n\n    length(\n        {{ expression }}\n    )"},
    Variant{"replace", "field, old_chars, new_chars", "default",
            "\n\n    replace(\n        {{ field }},\n        {{ old_chars }},\n        {{ new_chars }}\n"
            "    )\n\n\n"},
    Variant{"position", "substring_text, string_text", "default", "\n\n    position(\n        {{ substring_text }} in {{ string_text }}\n    )"},
    Variant{"position", "substring_text, string_text", "bigquery", "strpos(\n        {{ string_text }},\n        {{ substring_text }}\n\n    )"},
    Variant{"right", "string_text, length_expression", "default", "\n\n    right(\n        {{ string_text }},\n        {{ length_expression }}\n    )"},
    Variant{"split_part", "string_text, delimiter_text, part_number", "default",
            "{% if part_number >= 0 %}\n\n    split_part(\n        {{ string_text }},\n        {{ delimiter_text }},\n"
            "        {{ part_number }}\n        )\n\n{% else %}\n\n    split_part(\n        {{ string_text }},\n"
            "        {{ delimiter_text }},\n          length({{ string_text }})\n          - length(\n              replace({{ string_text }},  {{ delimiter_text }}, '')\n"
            "          ) + 2 + {{ part_number }}\n        )\n\n{% endif %}"},
    Variant{"split_part", "string_text, delimiter_text, part_number", "postgres", "\n\n  \n    {{ dbt.default__split_part(string_text, delimiter_text, part_number) }}\n  \n\n"},
    Variant{"split_part", "string_text, delimiter_text, part_number", "duckdb",
            "\n    string_split({{ string_text }}, {{ delimiter_text }})[ {{ part_number }} ]\n"},
    Variant{"split_part", "string_text, delimiter_text, part_number", "bigquery",
            "{% if part_number >= 0 %}split(\n        {{ string_text }},\n        {{ delimiter_text }}\n"
            "        )[safe_offset({{ part_number - 1 }})]{% else %}split(\n        {{ string_text }},\n"
            "        {{ delimiter_text }}\n        )[safe_offset(length({{ string_text }}) - length(replace({{ string_text }}, {{ delimiter_text }}, '')) + 1 + {{ part_number }})]{% endif %}"},
    Variant{"hash", "field", "default", "md5(cast({{ field }} as {{ dbt.type_string() }}))"},
    Variant{"hash", "field", "bigquery", "to_hex({{ dbt.default__hash(field) }})"},
    Variant{"cast", "field, type", "default", "\n    cast({{ field }} as {{ type }})\n"},
    Variant{"safe_cast", "field, type", "default", "\n    \n    cast({{ field }} as {{ type }})\n"},
    Variant{"safe_cast", "field, type", "snowflake", "\n    try_cast({{ field }} as {{ type }})\n"},
    Variant{"safe_cast", "field, type", "bigquery", "safe_cast({{ field }} as {{ type }})"},
    Variant{"safe_cast", "field, type", "spark", "try_cast({{ field }} as {{ type }})"},
    Variant{"cast_bool_to_text", "field", "default", "\n  \n    cast({{ field }} as {{ dbt.type_string() }})\n\n"},
    Variant{"any_value", "expression", "default", "any_value({{ expression }})"},
    Variant{"any_value", "expression", "duckdb", "arbitrary({{ expression }})"},
    Variant{"any_value", "expression", "postgres", "min({{ expression }})"},
    Variant{"bool_or", "expression", "default", "bool_or({{ expression }})"},
    Variant{"bool_or", "expression", "bigquery", "logical_or({{ expression }})"},
    Variant{"bool_or", "expression", "snowflake", "boolor_agg({{ expression }})"},
    Variant{"listagg", "measure, delimiter_text=\"','\", order_by_clause=none, limit_num=none", "default",
            "{% if limit_num %}array_to_string(\n        array_slice(\n            array_agg(\n                {{ measure }}\n"
            "            ){% if order_by_clause %} within group ({{ order_by_clause }}){% endif %}\n            ,0\n"
            "            ,{{ limit_num }}\n        ),\n        {{ delimiter_text }}\n        ){% else %}listagg(\n"
            "        {{ measure }},\n        {{ delimiter_text }}\n        )\n        {% if order_by_clause %}within group ({{ order_by_clause }}){% endif %}{% endif %}"},
    Variant{"listagg", "measure, delimiter_text=\"','\", order_by_clause=none, limit_num=none", "postgres",
            "{% if limit_num %}array_to_string(\n        (array_agg(\n            {{ measure }}\n            {% if order_by_clause %}{{ order_by_clause }}{% endif %}\n"
            "        ))[1:{{ limit_num }}],\n        {{ delimiter_text }}\n        ){% else %}\n    string_agg(\n"
            "        {{ measure }},\n        {{ delimiter_text }}\n        {% if order_by_clause %}{{ order_by_clause }}{% endif %}\n"
            "        ){% endif %}"},
    Variant{"listagg", "measure, delimiter_text=\"','\", order_by_clause=none, limit_num=none", "duckdb",
            "{% if limit_num %}list_aggr(\n        (array_agg(\n            {{ measure }}\n            {% if order_by_clause %}{{ order_by_clause }}{% endif %}\n"
            "        ))[1:{{ limit_num }}],\n        'string_agg',\n        {{ delimiter_text }}\n        ){% else %}\n"
            "    string_agg(\n        {{ measure }},\n        {{ delimiter_text }}\n        {% if order_by_clause %}{{ order_by_clause }}{% endif %}\n"
            "        ){% endif %}"},
    Variant{"listagg", "measure, delimiter_text=\"','\", order_by_clause=none, limit_num=none", "bigquery",
            "string_agg(\n        {{ measure }},\n        {{ delimiter_text }}\n        {% if order_by_clause %}{{ order_by_clause }}{% endif %}\n"
            "        {% if limit_num %}limit {{ limit_num }}{% endif %}\n        )"},
    Variant{"except", "", "default", "\n\n    except\n\n"},
    Variant{"except", "", "bigquery", "\n\n    except distinct\n\n"},
    Variant{"intersect", "", "default", "\n\n    intersect\n\n"},
    Variant{"intersect", "", "bigquery", "\n\n    intersect distinct\n\n"},
    Variant{"array_construct", "inputs=[], data_type=api.Column.translate_type('integer')", "default",
            "{% if inputs %}\n    array[ {{ inputs | join(' , ') }} ]\n    {% else %}\n    array[]::{{ data_type }}[]\n"
            "    {% endif %}"},
    Variant{"array_construct", "inputs=[], data_type=api.Column.translate_type('integer')", "snowflake", "\n    array_construct( {{ inputs | join(' , ') }} )\n"},
    Variant{"array_construct", "inputs=[], data_type=api.Column.translate_type('integer')", "bigquery",
            "\n    {% if inputs %}[ {{ inputs | join(' , ') }} ]{% else %}ARRAY<{{ data_type }}>[]{% endif %}\n"},
    Variant{"array_construct", "inputs=[], data_type=api.Column.translate_type('integer')", "spark", "\n    array( {{ inputs | join(' , ') }} )\n"},
    Variant{"array_append", "array, new_element", "default", "array_append({{ array }}, {{ new_element }})"},
    Variant{"array_append", "array, new_element", "bigquery", "{{ dbt.array_concat(array, dbt.array_construct([new_element])) }}"},
    Variant{"array_append", "array, new_element", "spark", "{{ dbt.array_concat(array, dbt.array_construct([new_element])) }}"},
    Variant{"array_concat", "array_1, array_2", "default", "array_cat({{ array_1 }}, {{ array_2 }})"},
    Variant{"array_concat", "array_1, array_2", "bigquery", "array_concat({{ array_1 }}, {{ array_2 }})"},
    Variant{"array_concat", "array_1, array_2", "spark", "concat({{ array_1 }}, {{ array_2 }})"},
    Variant{"equals", "expr1, expr2", "default", "({{ expr1 }} = {{ expr2 }})"},
    Variant{"equals", "expr1, expr2", "duckdb", "({{ expr1 }} = {{ expr2 }})\n"},
    Variant{"generate_series", "upper_bound", "default",
            "\n\n    {% set n = dbt.get_powers_of_two(upper_bound) %}\n\n    with p as (\n        select 0 as generated_number union all select 1\n"
            "    ), unioned as (\n\n    select\n\n    {% for i in range(n) %}\n    p{{ i }}.generated_number * power(2, {{ i }})\n"
            "    {% if not loop.last %} + {% endif %}\n    {% endfor %}\n    + 1\n    as generated_number\n"
            "\n    from\n\n    {% for i in range(n) %}\n    p as p{{ i }}\n    {% if not loop.last %} cross join {% endif %}\n"
            "    {% endfor %}\n\n    )\n\n    select *\n    from unioned\n    where generated_number <= {{ upper_bound }}\n"
            "    order by generated_number\n\n"},
    Variant{"generate_series", "upper_bound", "duckdb",
            "\n    select\n        generate_series as generated_number\n    from generate_series(1, {{ upper_bound }})\n"},
    // ---- relations
    Variant{"information_schema_name", "database", "default", "{% if database %}{{ database }}.{% endif %}INFORMATION_SCHEMA"},
    Variant{"information_schema_name", "database", "postgres", "information_schema"},
    Variant{"make_intermediate_relation", "base_relation, suffix='__dbt_tmp'", "default",
            "{{ return(base_relation.incorporate(path={'identifier': base_relation.identifier ~ suffix})) }}"},
    Variant{"make_intermediate_relation", "base_relation, suffix='__dbt_tmp'", "postgres",
            "{{ return(base_relation.incorporate(path={'identifier': (base_relation.identifier ~ '')[:63 - (suffix | length)] ~ suffix})) }}"},
    Variant{"make_backup_relation", "base_relation, backup_relation_type, suffix='__dbt_backup'", "default",
            "{{ return(base_relation.incorporate(path={'identifier': base_relation.identifier ~ suffix}, type=backup_relation_type)) }}"},
    Variant{"make_backup_relation", "base_relation, backup_relation_type, suffix='__dbt_backup'", "postgres",
            "{{ return(base_relation.incorporate(path={'identifier': (base_relation.identifier ~ '')[:63 - (suffix | length)] ~ suffix}, type=backup_relation_type)) }}"},
    Variant{"make_temp_relation", "base_relation, suffix='__dbt_tmp'", "default",
            "{{ return(base_relation.incorporate(path={'identifier': base_relation.identifier ~ suffix})) }}"},
    Variant{"make_temp_relation", "base_relation, suffix='__dbt_tmp'", "duckdb",
            "{{ return(base_relation.incorporate(path={'database': none, 'schema': none, 'identifier': base_relation.identifier ~ suffix ~ dbt.py_current_timestring()})) }}"},
    Variant{"make_temp_relation", "base_relation, suffix='__dbt_tmp'", "postgres",
            "{% set own = suffix ~ modules.datetime.datetime.now().strftime('%H%M%S%f') %}{{ return(base_relation.incorporate(path={'database': none, 'schema': none, 'identifier': (base_relation.identifier ~ '')[:63 - (own | length)] ~ own})) }}"},
    Variant{"get_grant_sql", "relation, privilege, grantees", "default", "grant {{ privilege }} on {{ relation.render() }} to {{ grantees | join(', ') }}"},
    Variant{"get_revoke_sql", "relation, privilege, grantees", "default", "revoke {{ privilege }} on {{ relation.render() }} from {{ dbt.get_quoted_csv(grantees) }}"},
    Variant{"get_show_grant_sql", "relation", "default", "show grants on {{ relation.render() }}"},
    Variant{"copy_grants", "", "default", "{{ return(true) }}"},
    Variant{"copy_grants", "", "postgres", "{{ return(false) }}"},
    Variant{"support_multiple_grantees_per_dcl_statement", "", "default", "{{ return(true) }}"},
    Variant{"support_multiple_grantees_per_dcl_statement", "", "spark", "{{ return(false) }}"},
    Variant{"get_empty_subquery_sql", "select_sql, select_sql_header=none", "default",
            "{% if select_sql_header is not none %}{{ select_sql_header }}{% endif %}select * from (\n        {{ select_sql }}\n"
            "    ) as __dbt_sbq\n    where false\n    limit 0\n"},
    Variant{"get_limit_subquery_sql", "sql, limit", "default", "\n  {{ sql }}\n  \n  limit {{ limit }}"},
    Variant{"resolve_model_name", "input_model_name", "default", "{{ input_model_name | string | replace('\"', '\\\"') }}"},
};

/// Macros that are the same everywhere.
constexpr std::string_view kPlain = R"({% macro make_hook_config(sql, inside_transaction) %}
    {{ tojson({"sql": sql, "transaction": inside_transaction}) }}
{% endmacro %}
{% macro before_begin(sql) %}
    {{ make_hook_config(sql, inside_transaction=false) }}
{% endmacro %}
{% macro in_transaction(sql) %}
    {{ make_hook_config(sql, inside_transaction=true) }}
{% endmacro %}
{% macro after_commit(sql) %}
    {{ make_hook_config(sql, inside_transaction=false) }}
{% endmacro %}
{% macro py_current_timestring() %}{{ return(modules.datetime.datetime.now().strftime('%Y%m%d%H%M%S%f')) }}{% endmacro %}
{% macro convert_datetime(date_str, date_fmt) %}{{ return(modules.datetime.datetime.strptime(date_str, date_fmt)) }}{% endmacro %}
{% macro dates_in_range(start_date_str, end_date_str=none, in_fmt='%Y%m%d', out_fmt='%Y%m%d') %}
  {%- set first = dbt.convert_datetime(start_date_str, in_fmt) -%}
  {%- set last = dbt.convert_datetime(start_date_str if end_date_str is none else end_date_str, in_fmt) -%}
  {%- set days = [] -%}
  {%- for i in range((last - first).days + 1) -%}{%- do days.append((first + modules.datetime.timedelta(days=i)).strftime(out_fmt)) -%}{%- endfor -%}
  {{ return(days) }}
{% endmacro %}
{% macro get_powers_of_two(upper_bound) %}
  {%- if upper_bound <= 0 -%}{{ exceptions.raise_compiler_error("upper bound must be positive") }}{%- endif -%}
  {%- set found = namespace(power=1) -%}
  {%- for i in range(1, 100) if 2 ** i < upper_bound -%}{%- set found.power = i + 1 -%}{%- endfor -%}
  {{ return(found.power) }}
{% endmacro %}
{% macro get_quoted_csv(column_names) %}
  {%- set quoted = [] -%}
  {%- for name in column_names -%}{%- do quoted.append(adapter.quote(name)) -%}{%- endfor -%}
  {{ return(quoted | join(', ')) }}
{% endmacro %}
{% macro diff_columns(source_columns, target_columns) %}
  {%- set names = target_columns | map(attribute='column') | list -%}
  {%- set missing = [] -%}
  {%- for column in source_columns if column.column not in names -%}{%- do missing.append(column) -%}{%- endfor -%}
  {{ return(missing) }}
{% endmacro %}
{% macro get_dcl_statement_list(relation, grant_config, get_dcl_macro) %}
  {%- set statements = [] -%}
  {%- for privilege, grantees in grant_config.items() -%}
    {%- if not grantees -%}
    {%- elif dbt.support_multiple_grantees_per_dcl_statement() -%}{%- do statements.append(get_dcl_macro(relation, privilege, grantees)) -%}
    {%- else -%}{%- for grantee in grantees -%}{%- do statements.append(get_dcl_macro(relation, privilege, [grantee])) -%}{%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(statements) }}
{% endmacro %}
{% macro generate_schema_name_for_env(custom_schema_name, node) -%}
  {%- if target.name == 'prod' and custom_schema_name is not none -%}{{ custom_schema_name | trim }}{%- else -%}{{ target.schema }}{%- endif -%}
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
  package.is_internal = true;
  package.vars = std::make_shared<Dict>();
  Diagnostics problems;  // the text is our own: a test holds that there are none
  add_macros(sources, sources.add_file("<dbt>/macros.sql", macro_text()), package, problems);
  return package;
}

}  // namespace hookc
