{% macro note(text) %}  {# expect: HK601 #}
  insert into audit.notes values ('{{ invocation_id }}', '{{ text }}')  {# expect: HK501 #}
{% endmacro %}
