{{ config(
    materialized='table',
    post_hook="insert into ops.row_counts_log (run_id, model, n, at) select '{{ invocation_id }}', '{{ this.name }}', count(*), current_timestamp() from {{ this }}"
) }}

select order_id, customer_id, amount, loaded_at from {{ source('raw', 'orders') }}
