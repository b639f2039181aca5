{{ config(materialized='incremental', post_hook="comment on table " ~ "{{ this }}" ~ " is 'rebuilt'  {# expect: HK801 #}") }}

select order_id, amount from {{ source('raw', 'orders') }}
