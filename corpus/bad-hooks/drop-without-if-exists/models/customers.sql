-- The pre-hook makes what the post-hook drops.
{{ config(
    materialized='table',
    pre_hook="create table if not exists ops.customer_scratch (id integer)",
    post_hook="drop table ops.customer_scratch"
) }}

select customer_id, name from {{ source('raw', 'customers') }}
