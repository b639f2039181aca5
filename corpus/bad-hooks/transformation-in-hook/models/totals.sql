-- The table that matters is made by the hook.
{{ config(
    materialized='table',
    post_hook="create or replace table mart.totals_by_region as select c.region, sum(o.amount) as revenue from {{ ref('orders') }} as o join {{ ref('customers') }} as c on c.customer_id = o.customer_id group by c.region  {# expect: HK302 HK701 #}"
) }}

select order_id, amount from {{ ref('orders') }}
