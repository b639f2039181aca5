-- An index without a name.
{{ config(materialized='table', post_hook="create index on {{ this }} (id)  {# expect: HK801 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
