-- Vacuum in the transaction of the model.
{{ config(materialized='table', post_hook="vacuum {{ this }}  {# expect: HK401 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
