{{ config(materialized='table', post_hook=note_build()) }}  {# expect: HK203 #}

select order_id, amount from {{ source('raw', 'orders') }}
