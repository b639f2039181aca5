-- A random key.
{{ config(materialized='table', post_hook="update {{ this }} set name = gen_random_uuid()  {# expect: HK106 HK303 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
