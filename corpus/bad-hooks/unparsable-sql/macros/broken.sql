{% macro drop_leftovers() %}
    {% set query get_drop_statement() %}  {# expect: HK902 #}
    {% do run_query(query) %}
{% endmacro %}
