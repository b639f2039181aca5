-- A query tag.
{{ config(materialized='table', pre_hook="alter session set query_tag = 'orders'  {# expect: HK801 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
