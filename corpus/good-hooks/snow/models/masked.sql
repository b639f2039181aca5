{{ config(
    materialized='table',
    pre_hook="{{ make_policy() }}",
    post_hook=["alter table {{ this }} set tag ops.owner = 'sales'", "{{ grant_three() }}"]
) }}

select order_id, customer_id, amount, loaded_at from {{ source('raw', 'orders') }}
