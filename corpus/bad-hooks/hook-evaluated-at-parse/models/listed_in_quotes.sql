{{ config(materialized='table', post_hook=["analyze {{ this }}", "comment on table {{ this }} is 'a mart'"]) }}

select order_id, amount from {{ ref('called') }}
