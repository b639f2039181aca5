{% macro log_all() %}  {# expect: HK601 #}
  {{ toolbox.log_results(results) }}  {# expect: HK903 #}
{% endmacro %}
