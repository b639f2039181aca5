{% macro put_away(relation) %}  {# expect: HK601 #}
  alter table {{ relation }} rename to put_away  {# expect: HK107 #}
{% endmacro %}
