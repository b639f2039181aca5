-- A model that is built anew has fresh values.
{{ config(materialized='table', post_hook="update {{ this }} set amount = amount * 1.19  {# expect: HK302 HK303 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
