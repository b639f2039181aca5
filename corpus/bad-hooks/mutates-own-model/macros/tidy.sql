{% macro tidy(column) %}  {# expect: HK601 #}
  delete from {{ this }} where {{ column }} is null  {# expect: HK303 #}
{% endmacro %}
