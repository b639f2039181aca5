-- Incremental: the row of the last run is still there.
{{ config(
    materialized='incremental',
    post_hook="insert into {{ this }} (order_id, amount) values (-1, 0)  {# expect: HK104 #}"
) }}

select order_id, amount from {{ source('raw', 'orders') }}
