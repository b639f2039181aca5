{% macro count_orders() %}  {# expect: HK601 #}
  insert into audit.counts select count(*), '{{ invocation_id }}' from raw.orders  {# expect: HK305 #}
{% endmacro %}
