-- Without the flag.
{{ config(materialized='table', post_hook="grant select on {{ this }} to role reporter  {# expect: HK505 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
