{# While dbt parses, a query gives an undefined: its attributes and items are errors. #}
{% macro check_sources() %}  {# expect: HK601 #}
  {% set result = run_query("select count(*) from raw.orders") %}  {# expect: HK305 #}
  {% if result.columns[0].values()[0] == 0 %}  {# expect: HK201 #}
    {{ exceptions.raise_compiler_error("no orders") }}
  {% endif %}
{% endmacro %}


{% macro guard_comes_late() %}  {# expect: HK601 #}
  {% set result = run_query("select count(*) from raw.orders") %}  {# expect: HK305 #}
  {% set order_count = result.rows[0][0] %}  {# expect: HK201 #}
  {% if execute %}
    {{ log("orders: " ~ order_count) }}
  {% endif %}
{% endmacro %}


{# An undefined is not none: this test passes while dbt parses. #}
{% macro none_is_no_guard() %}  {# expect: HK601 #}
  {% set result = run_query("select count(*) from raw.orders") %}  {# expect: HK305 #}
  {% if result is not none %}
    {{ log("orders: " ~ result[0][0]) }}  {# expect: HK201 #}
  {% endif %}
{% endmacro %}


{# `get_relation` gives none while dbt parses. #}
{% macro relation_without_test() %}  {# expect: HK601 #}
  {% set relation = adapter.get_relation(database=target.database, schema='ops', identifier='audit_log') %}
  {{ log("found " ~ relation.render()) }}  {# expect: HK201 #}
{% endmacro %}


{% macro first_order() %}  {# expect: HK601 #}
  {{ first_value("select min(order_id) from raw.orders") }}  {# expect: HK305 HK501 #}
{% endmacro %}


{% macro first_value(query) %}  {# expect: HK601 #}
  {% call statement('first_value', fetch_result=True) %}
    {{ query }}
  {% endcall %}
  {{ return(load_result('first_value').table.columns[0].values()[0]) }}  {# expect: HK201 #}
{% endmacro %}
