-- A delete without a condition.
{{ config(materialized='table', post_hook="delete from {{ ref('late') }}  {# expect: HK301 HK306 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
