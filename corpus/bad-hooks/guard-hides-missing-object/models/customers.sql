-- In a macro.
{{ config(materialized='table', post_hook="{{ index_on('id') }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
