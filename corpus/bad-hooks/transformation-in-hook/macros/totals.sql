{# Reads two models, joins them, decides a case, in a sub-query: a model in a macro's clothes. #}
{% macro merge_totals() %}  {# expect: HK601 #}
  merge into mart.customer_totals as t  {# expect: HK302 #}
  using (
      select
          c.customer_id,
          case when o.amount > 100 then 'big' else 'small' end as size
      from {{ ref('customers') }} as c
      join {{ ref('orders') }} as o on o.customer_id = c.customer_id
  ) as s
  on t.customer_id = s.customer_id
  when matched then update set size = s.size
  when not matched then insert (customer_id, size) values (s.customer_id, s.size)
{% endmacro %}


{% macro record_results() %}  {# expect: HK601 #}
  {% for result in results %}
    insert into ops.run_log (run_id, node_name, status)
    values ('{{ invocation_id }}', '{{ result.node.name }}', '{{ result.status }}');
  {% endfor %}
{% endmacro %}


{# The rows are only counted, and the count is only tested. #}
{% macro check_customers() %}  {# expect: HK601 #}
  {% set customers = ref('customers') %}
  {% if execute %}
    {% set orphans %}
      select count(*)
      from {{ this }} as o
      left join {{ customers }} as c on c.customer_id = o.customer_id
      where c.customer_id is null
    {% endset %}
    {% if run_query(orphans).columns[0].values()[0] > 0 %}
      {{ exceptions.raise_compiler_error("orders without a customer") }}
    {% endif %}
  {% endif %}
{% endmacro %}


{% macro build_segments() %}  {# expect: HK601 #}
  {% if var('build_segments', true) %}
    {{ segments_of(ref('orders')) }}
  {% endif %}
{% endmacro %}


{% macro segments_of(relation) %}  {# expect: HK601 #}
  create or replace table mart.segments as  {# expect: HK302 #}
  select
      customer_id,
      sum(amount) as revenue,
      rank() over (order by sum(amount) desc) as position
  from {{ relation }}
  group by customer_id
{% endmacro %}
