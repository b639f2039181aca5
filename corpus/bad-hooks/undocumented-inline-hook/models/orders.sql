-- A long hook without a word.
{{ config(materialized='table') }}
select id, amount, name from {{ source('raw', 'orders') }}
