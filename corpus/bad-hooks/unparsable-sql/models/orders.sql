{{ config(
    materialized='table',
    post_hook=[
        "alter table {{ this }}  {# expect: HK902 #}",
        "alter table {{ this }} set (fillfactor = 90)",
        "ANALYZE\t{{ this }}",
        "comment on table {{ this }} is {{ 'a note }}  {# expect: HK902 #}"
    ]
) }}

select order_id, amount from {{ source('raw', 'orders') }}
