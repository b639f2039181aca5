-- Dropped first.
{{ config(materialized='table', post_hook="drop index if exists orders_id; create index orders_id on {{ this }} (id)  {# expect: HK801 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
