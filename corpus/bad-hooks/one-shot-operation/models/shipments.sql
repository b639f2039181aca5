-- A copy under a guard.
{{ config(materialized='table', post_hook="create table if not exists staging.orders_backup (id int)") }}
select id, amount, name from {{ source('raw', 'orders') }}
