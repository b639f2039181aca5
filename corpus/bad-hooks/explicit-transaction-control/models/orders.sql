-- Dbt's transaction is ended.
{{ config(materialized='table', post_hook="commit  {# expect: HK402 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
