-- A lock.
{{ config(materialized='table', pre_hook="lock table staging.work in exclusive mode  {# expect: HK402 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
