{{ config(materialized='table', pre_hook="comment on table " ~ this ~ " is 'being rebuilt'") }}  {# expect: HK203 HK206 HK801 #}

select order_id, amount from {{ source('raw', 'orders') }}
