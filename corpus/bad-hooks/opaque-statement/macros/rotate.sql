{% macro rotate(what) %}  {# expect: HK601 #}
  call staging.rotate_{{ what }}()  {# expect: HK111 #}
{% endmacro %}
