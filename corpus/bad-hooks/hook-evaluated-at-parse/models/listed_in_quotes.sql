{{ config(materialized='table', post_hook=["analyze {{ this }}", "comment on table {{ this }} is 'a mart'  {# expect: HK801 #}"]) }}

select order_id, amount from {{ ref('called') }}
