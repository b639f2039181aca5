{% macro stamp() %}  {# expect: HK601 #}
  update {{ this }} set name = random()::text  {# expect: HK106 HK303 #}
{% endmacro %}
