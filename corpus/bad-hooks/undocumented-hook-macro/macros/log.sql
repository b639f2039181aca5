{% macro log_start() %}
  analyze staging.work
{% endmacro %}


{% macro log_end() %}  {# expect: HK601 #}
  analyze staging.work
{% endmacro %}
