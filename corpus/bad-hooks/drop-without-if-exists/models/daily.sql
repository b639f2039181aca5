{{ config(materialized='view') }}

select customer_id, name from {{ source('raw', 'customers') }}
