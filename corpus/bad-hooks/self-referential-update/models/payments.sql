-- A map that a second time changes nothing.
{{ config(materialized='incremental', post_hook="update {{ this }} set name = lower(trim(name))  {# expect: HK302 HK303 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
