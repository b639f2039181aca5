-- In a macro.
{{ config(materialized='table', post_hook="{{ clean() }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
