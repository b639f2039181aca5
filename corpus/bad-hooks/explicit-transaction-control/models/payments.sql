-- In a macro.
{{ config(materialized='table', post_hook="{{ finish() }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
