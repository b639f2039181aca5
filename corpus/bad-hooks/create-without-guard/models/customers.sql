-- A table is built beside the old one, whose index keeps its name until the old one is dropped.
{{ config(
    materialized='table',
    post_hook="create index ix_customers_id on {{ this }} (customer_id)  {# expect: HK101 HK801 #}"
) }}

select customer_id, name from {{ source('raw', 'customers') }}
