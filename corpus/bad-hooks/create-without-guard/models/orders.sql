-- A new table has no index yet, and an index without a name takes a free one.
{{ config(
    materialized='table',
    post_hook="create index on {{ this }} (order_id)  {# expect: HK801 #}"
) }}

select order_id, customer_id from {{ source('raw', 'orders') }}
