{{ config(materialized='table', post_hook="{{ note_build() }}") }}

select order_id, amount from {{ source('raw', 'orders') }}
