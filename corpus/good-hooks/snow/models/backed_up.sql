{{ config(
    materialized='table',
    post_hook="create table if not exists {{ this.schema }}.{{ this.identifier }}_first clone {{ this }}"
) }}

select order_id, customer_id, amount, loaded_at from {{ source('raw', 'orders') }}
