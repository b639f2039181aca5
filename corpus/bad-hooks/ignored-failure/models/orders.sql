{{ config(
    materialized='table',
    post_hook=["{{ check_without_consequence() }}", "{{ check_with_consequence() }}", "{{ check_through_helper() }}"]
) }}

select order_id, amount from {{ source('raw', 'orders') }}
