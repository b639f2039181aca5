{{ config(materialized='table') }}

select customer_id, name from {{ ref('customers') }}
