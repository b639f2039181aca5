{% macro keep(model) %}  {# expect: HK601 #}
  {% if execute %}insert into audit.late select id, '{{ invocation_id }}' from {{ ref(model) }}{% endif %}  {# expect: HK304 #}
{% endmacro %}
