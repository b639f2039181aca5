-- An incremental model keeps its table.
{{ config(materialized='incremental', post_hook="create index if not exists orders_id on {{ this }} (id)  {# expect: HK801 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
