{% macro become(role) %}  {# expect: HK601 #}
  use role {{ role }}  {# expect: HK504 #}
{% endmacro %}
