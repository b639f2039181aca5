{% macro note_loaded() %}  {# expect: HK601 #}
  {{ note('loaded by {{ target.name }}') }}  {# expect: HK204 #}
{% endmacro %}
