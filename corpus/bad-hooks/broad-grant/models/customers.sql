-- A role whose name holds the word.
{{ config(materialized='table', post_hook="grant select on {{ this }} to public_reporting_role  {# expect: HK505 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
