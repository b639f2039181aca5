{{ config(materialized='incremental', post_hook="comment on table " ~ "{{ this }}" ~ " is 'rebuilt'") }}

select order_id, amount from {{ source('raw', 'orders') }}
