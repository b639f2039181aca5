-- In a macro.
{{ config(materialized='table') }}
select id, amount, name from {{ source('raw', 'orders') }}
