-- Rows that were read.
{{ config(materialized='table', post_hook="delete from {{ source('raw', 'orders') }} where id <= 100  {# expect: HK301 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
