select product_id, name, 'new' as status from {{ source('raw', 'products') }}
