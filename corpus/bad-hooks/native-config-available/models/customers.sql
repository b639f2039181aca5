-- In a macro.
{{ config(materialized='table', post_hook="{{ describe('one row an order') }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
