-- Joined.
{{ config(materialized='table', post_hook="{{ note('loaded ' ~ this) }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
