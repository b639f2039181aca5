{{ config(
    materialized='table',
    post_hook=[
        "drop table ops.staging_{{ this.name }}  {# expect: HK102 #}",
        "drop table if exists ops.staging_{{ this.name }}_two"
    ]
) }}

select order_id, customer_id from {{ source('raw', 'orders') }}
