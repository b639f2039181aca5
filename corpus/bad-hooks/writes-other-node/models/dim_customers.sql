select customer_id, name, false as is_stale from {{ source('raw', 'customers') }}
