-- An unload that cleans its path.
{{ config(materialized='table', post_hook="unload ('select id from orders') to 's3://exports/orders/' iam_role default cleanpath") }}
select id, amount, name from {{ source('raw', 'orders') }}
