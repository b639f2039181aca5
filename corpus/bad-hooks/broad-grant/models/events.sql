-- In a macro.
{{ config(materialized='table', post_hook="{{ open_to('public') }}  {# expect: HK503 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
