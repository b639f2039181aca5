-- Brackets in an argument.
{{ config(materialized='table', post_hook="{{ note('loaded {{ this }}') }}  {# expect: HK204 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
