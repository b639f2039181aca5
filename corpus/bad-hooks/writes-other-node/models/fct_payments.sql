select order_id, amount, updated_at from {{ source('raw', 'orders') }}
