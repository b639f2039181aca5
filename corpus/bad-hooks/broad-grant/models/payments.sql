-- One privilege to one role.
{{ config(materialized='table', post_hook="grant select on {{ this }} to reporter  {# expect: HK505 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
