{{ config(materialized='table', post_hook=["{{ describe_table() }}", "{{ describe_this() }}"]) }}

select order_id, amount from {{ source('raw', 'orders') }}
