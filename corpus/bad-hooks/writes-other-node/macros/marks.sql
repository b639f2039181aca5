{% macro mark_stale(relation) %}
  {{ set_flag(relation, 'is_stale', 'true') }}
{% endmacro %}


{% macro set_flag(relation, column_name, value) %}
  update {{ relation }} set {{ column_name }} = {{ value }}  {# expect: HK301 #}
{% endmacro %}
