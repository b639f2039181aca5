-- Rows that no longer have the old value.
{{ config(materialized='incremental', post_hook="update {{ this }} set amount = amount + 1 where amount = 10  {# expect: HK302 HK303 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
