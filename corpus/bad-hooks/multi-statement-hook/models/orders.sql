{{ config(
    materialized='table',
    post_hook="optimize {{ this }}; analyze table {{ this }} compute statistics  {# expect: HK405 HK801 #}"
) }}

select order_id, amount from {{ source('raw', 'orders') }}
