{% macro load_orders(path) %}  {# expect: HK601 #}
  copy staging.orders from '{{ path }}' iam_role default
{% endmacro %}
