-- A column that is read by a sub-select on the same table.
{{ config(materialized='incremental', post_hook="update {{ this }} set amount = (select max(t.amount) + 1 from {{ this }} t)  {# expect: HK105 HK302 HK303 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
