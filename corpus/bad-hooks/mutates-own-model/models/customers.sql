-- In a macro.
{{ config(materialized='table', post_hook="{{ tidy('name') }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
