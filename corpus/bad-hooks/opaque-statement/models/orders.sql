select id, amount, name from {{ source('raw', 'orders') }}
