{{ config(materialized='table', post_hook=["analyze {{ this }}", "comment on table " ~ ref('called') ~ " is 'read by a mart'"]) }}  {# expect: HK203 HK801 #}

select order_id, amount from {{ ref('called') }}
