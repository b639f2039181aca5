{{ config(
    materialized='table',
    post_hook=[
        "grant select on {{ this }} to group analysts",
        "alter table {{ this }} set (autovacuum_enabled = off)",
        "alter table {{ this }} add primary key (order_id)",
        "analyze {{ this }}"
    ]
) }}

select order_id, customer_id, amount, loaded_at from {{ source('raw', 'orders') }}
