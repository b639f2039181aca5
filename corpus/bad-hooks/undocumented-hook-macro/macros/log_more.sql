{% macro log_more() %}  {# expect: HK601 #}
  {{ log_end() }}
{% endmacro %}
