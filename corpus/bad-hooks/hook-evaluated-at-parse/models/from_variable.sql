-- A variable that holds a literal is as good as the literal.
{% set statistics = "analyze {{ this }}" %}
{{ config(materialized='table', post_hook=statistics) }}

select order_id, amount from {{ source('raw', 'orders') }}
