{{ config(
    materialized='table',
    post_hook=[
        "drop index if exists {{ this.schema }}.ix_sessions_customer",
        "create index ix_sessions_customer on {{ this }} (customer_id)  {# expect: HK801 #}"
    ]
) }}

select order_id, customer_id from {{ source('raw', 'orders') }}
