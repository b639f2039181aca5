{% macro check_sources_of_guarded_caller() %}  {# expect: HK601 #}
  {% set result = run_query("select count(*) from raw.orders") %}  {# expect: HK305 #}
  {% if result.columns[0].values()[0] == 0 %}
    {{ exceptions.raise_compiler_error("no orders") }}
  {% endif %}
{% endmacro %}


{% macro check_sources_early_return() %}  {# expect: HK601 #}
  {% if not execute %}
    {% do return('') %}
  {% endif %}
  {% set result = run_query("select count(*) from raw.orders") %}  {# expect: HK305 #}
  {% if result.columns[0].values()[0] == 0 %}
    {{ exceptions.raise_compiler_error("no orders") }}
  {% endif %}
{% endmacro %}


{# Each of these keeps the attribute from being read on the path without a database. #}
{% macro guards_that_hold() %}  {# expect: HK601 #}
  {% set result = run_query("select order_id from raw.orders") %}  {# expect: HK305 #}
  {% if result %}
    {{ log("first: " ~ result.rows[0][0]) }}
  {% endif %}
  {% if result is defined %}
    {{ log("first: " ~ result.columns[0].values()[0]) }}
  {% endif %}
  {% if execute and result.columns[0].values()[0] == 0 %}
    {{ exceptions.raise_compiler_error("an order without a number") }}
  {% endif %}
  {{ log("first: " ~ (result.rows[0][0] if execute else 'unknown')) }}
  {# Neither a length nor a loop needs a guard. #}
  {{ log("rows: " ~ (result | length)) }}
  {% for row in result %}
    {{ log(row[0]) }}
  {% endfor %}
{% endmacro %}


{% macro relation_with_test() %}  {# expect: HK601 #}
  {% set relation = adapter.get_relation(database=target.database, schema='ops', identifier='audit_log') %}
  {% if relation is not none %}
    {{ log("found " ~ relation.render()) }}
  {% endif %}
  {% for column in adapter.get_columns_in_relation(relation) %}
    {{ log(column.name) }}
  {% endfor %}
{% endmacro %}


{# No hook reaches it. #}
{% macro check_nothing() %}
  {% set result = run_query("select count(*) from raw.orders") %}
  {{ log(result.columns[0].values()[0]) }}
{% endmacro %}
