{% macro index_on(column) %}  {# expect: HK601 #}
  create index if not exists {{ this.table }}_{{ column }} on {{ this }} ({{ column }})  {# expect: HK109 HK801 #}
{% endmacro %}
