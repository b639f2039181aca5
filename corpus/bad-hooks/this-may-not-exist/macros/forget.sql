{% macro forget(column) %}  {# expect: HK601 #}
  delete from {{ this }} where {{ column }} > 100  {# expect: HK206 #}
{% endmacro %}
