-- And on.
{{ config(materialized='table', post_hook="grant select on {{ this }} to reporter with grant option  {# expect: HK503 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
