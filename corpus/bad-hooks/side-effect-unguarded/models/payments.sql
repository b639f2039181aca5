-- In a macro.
{{ config(materialized='table', post_hook="{{ mark('marks') }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
