-- Everything.
{{ config(materialized='table', post_hook="grant all privileges on {{ this }} to reporter  {# expect: HK503 HK505 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
