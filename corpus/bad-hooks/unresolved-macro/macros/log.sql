{% macro log_results(results) %}  {# expect: HK601 #}
  analyze staging.work
{% endmacro %}
