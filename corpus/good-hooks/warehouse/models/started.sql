{{ config(
    materialized='table',
    pre_hook="insert into audit.runs (invocation_id, target_name, started_at) values ('{{ invocation_id }}', '{{ target.name }}', '{{ run_started_at }}')",
    post_hook="update audit.runs set finished_at = current_timestamp where invocation_id = '{{ invocation_id }}'"
) }}

select order_id, customer_id, amount, loaded_at from {{ source('raw', 'orders') }}
