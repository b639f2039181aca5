{{ config(
    materialized='table',
    post_hook="analyze table {{ this }} compute statistics"
) }}

select order_id, customer_id, amount, loaded_at from {{ source('raw', 'orders') }}
