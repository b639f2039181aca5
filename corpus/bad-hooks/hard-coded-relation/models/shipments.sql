-- In a macro.
{{ config(materialized='table', post_hook="{{ count_orders() }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
