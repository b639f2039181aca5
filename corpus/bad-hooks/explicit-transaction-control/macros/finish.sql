{% macro finish() %}  {# expect: HK601 #}
  commit  {# expect: HK402 #}
{% endmacro %}
