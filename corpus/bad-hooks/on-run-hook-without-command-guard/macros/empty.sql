{% macro empty(table) %}  {# expect: HK601 #}
  {% if execute %}{% do run_query('truncate table ' ~ table) %}{% endif %}  {# expect: HK205 #}
{% endmacro %}
