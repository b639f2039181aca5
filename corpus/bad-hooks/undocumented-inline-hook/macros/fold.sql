{% macro fold(what) %}
  analyze {{ what }}
{% endmacro %}
