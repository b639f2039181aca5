{% macro mark_stale(relation) %}  {# expect: HK601 #}
  {{ set_flag(relation, 'is_stale', 'true') }}
{% endmacro %}


{% macro set_flag(relation, column_name, value) %}  {# expect: HK601 #}
  update {{ relation }} set {{ column_name }} = {{ value }}  {# expect: HK301 #}
{% endmacro %}
