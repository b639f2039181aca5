-- An index of a table that is swapped out.
{{ config(materialized='table', post_hook="create index if not exists orders_id on {{ this }} (id)  {# expect: HK109 HK801 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
