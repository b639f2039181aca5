{{ config(
    materialized='table',
    post_hook="optimize {{ this }}; analyze table {{ this }} compute statistics  {# expect: HK405 #}"
) }}

select order_id, amount from {{ source('raw', 'orders') }}
