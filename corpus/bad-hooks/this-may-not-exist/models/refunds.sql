-- Nor to empty.
{{ config(materialized='table', pre_hook="truncate table {{ this }}  {# expect: HK206 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
