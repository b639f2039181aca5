-- A hash of the key.
{{ config(materialized='table', post_hook="update {{ this }} set name = md5(id::text)  {# expect: HK302 HK303 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
