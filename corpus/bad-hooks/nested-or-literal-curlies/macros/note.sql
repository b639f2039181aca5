{% macro note(text) %}  {# expect: HK601 #}
  comment on table {{ this }} is '{{ text }}'  {# expect: HK801 #}
{% endmacro %}
