{% macro clean() %}  {# expect: HK601 #}
  vacuum {{ this }}  {# expect: HK401 #}
{% endmacro %}
