-- A column of the model is overwritten.
{{ config(materialized='table', post_hook="update {{ this }} set name = 'unknown' where name is null  {# expect: HK303 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
