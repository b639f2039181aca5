{{ config(materialized='table') }}

select customer_id, name from {{ source('raw', 'customers') }}
