{% macro analyze_all() %}  {# expect: HK601 #}
  {% for letter in 'abcdefg' %}analyze a.{{ letter }};{% endfor %}
{% endmacro %}
