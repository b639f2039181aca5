-- Analyze may stand in one.
{{ config(materialized='table', post_hook="analyze {{ this }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
