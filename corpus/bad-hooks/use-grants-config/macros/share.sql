{% macro share(who) %}  {# expect: HK601 #}
  grant select on {{ this }} to {{ who }}  {# expect: HK505 #}
{% endmacro %}
