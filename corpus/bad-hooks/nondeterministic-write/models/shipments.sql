-- In a macro.
{{ config(materialized='table', post_hook="{{ stamp() }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
