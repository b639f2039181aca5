{% macro empty(model) %}  {# expect: HK601 #}
  truncate table {{ ref(model) }}  {# expect: HK301 HK306 #}
{% endmacro %}
