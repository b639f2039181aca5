{% macro share() %}  {# expect: HK601 #}
  grant select on {{ this }} to role reporter  {# expect: HK505 #}
{% endmacro %}
