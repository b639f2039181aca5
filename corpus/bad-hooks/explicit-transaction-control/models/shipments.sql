-- A column of that name.
{{ config(materialized='table', post_hook="comment on table {{ this }} is 'commit'  {# expect: HK801 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
