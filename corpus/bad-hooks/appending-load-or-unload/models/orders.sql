-- An unload without an option.
{{ config(materialized='table', post_hook="unload ('select id from orders') to 's3://exports/orders/' iam_role default  {# expect: HK108 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
