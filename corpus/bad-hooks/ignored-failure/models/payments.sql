{{ config(
    materialized='table',
    post_hook="{{ check_that_warns() }}"
) }}

select order_id, amount from {{ source('raw', 'orders') }}
