{% macro make_stream(name) %}  {# expect: HK601 #}
  create or replace stream staging.{{ name }} on table staging.incoming  {# expect: HK110 #}
{% endmacro %}
