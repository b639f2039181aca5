{% macro analyze_some() %}  {# expect: HK601 #}
  analyze a.a;
{% endmacro %}
