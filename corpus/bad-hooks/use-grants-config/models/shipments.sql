-- In a macro.
{{ config(materialized='table', post_hook="{{ share('reporter') }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
