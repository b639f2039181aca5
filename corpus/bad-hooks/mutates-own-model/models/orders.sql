-- Rows are removed after they were made.
{{ config(materialized='table', post_hook="delete from {{ this }} where amount < 0  {# expect: HK303 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
