{% macro note_build() %}  {# expect: HK601 #}
  comment on table {{ this }} is 'built by {{ target.name }}'  {# expect: HK801 #}
{% endmacro %}
