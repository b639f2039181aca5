{% macro raise_amount(column) %}  {# expect: HK601 #}
  update {{ this }} set {{ column }} = {{ column }} + 1
{% endmacro %}
