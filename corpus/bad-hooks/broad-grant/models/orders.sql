-- Everybody.
{{ config(materialized='table', post_hook="grant select on {{ this }} to public  {# expect: HK503 HK505 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
