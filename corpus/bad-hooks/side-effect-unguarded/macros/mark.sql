{% macro mark(name) %}  {# expect: HK601 #}
  {% do run_query('create table if not exists staging.' ~ name ~ ' (id int)') %}  {# expect: HK202 #}
{% endmacro %}
