-- All rows of a source.
{{ config(materialized='table', post_hook="truncate table {{ source('raw', 'orders') }}  {# expect: HK301 HK306 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
