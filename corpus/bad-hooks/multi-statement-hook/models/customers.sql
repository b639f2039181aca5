{{ config(materialized='table', post_hook="{{ grant_to_roles(['analyst', 'reporter']) }}") }}

select customer_id, name from {{ source('raw', 'customers') }}
