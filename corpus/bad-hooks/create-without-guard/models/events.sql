-- Incremental: the table of the last run is still there, and so is its index.
{{ config(
    materialized='incremental',
    post_hook=[
        "create index ix_events_order on {{ this }} (order_id)  {# expect: HK101 HK801 #}",
        "create index if not exists ix_events_customer on {{ this }} (customer_id)  {# expect: HK801 #}"
    ]
) }}

select order_id, customer_id from {{ source('raw', 'orders') }}
