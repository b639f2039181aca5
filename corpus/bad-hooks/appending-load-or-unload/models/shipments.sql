-- A path for each run.
{{ config(materialized='table', post_hook="unload ('select id from orders') to 's3://exports/{{ invocation_id }}/' iam_role default") }}
select id, amount, name from {{ source('raw', 'orders') }}
