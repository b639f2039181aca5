{{ config(
    materialized='table',
    post_hook="{% for row in run_query('select max(order_id) from ' ~ this).rows %}comment on table {{ this }} is 'up to {{ row[0] }}'{% endfor %}  {# expect: HK201 HK501 HK801 #}"
) }}

select order_id, amount from {{ source('raw', 'orders') }}
