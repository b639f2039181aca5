{{ config(post_hook=["{{ add_amount_check() }}"]) }}

select order_id, amount from {{ source('raw', 'orders') }}
