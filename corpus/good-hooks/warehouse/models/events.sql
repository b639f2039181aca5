{{ config(
    materialized='incremental',
    post_hook=["{{ index_for('order_id') }}", "{{ record_run() }}"]
) }}

select order_id, customer_id, amount, loaded_at from {{ source('raw', 'orders') }}
