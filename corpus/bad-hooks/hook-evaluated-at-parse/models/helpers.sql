-- dbt's own helpers say when a hook runs; their argument is rendered then.
{{ config(
    materialized='table',
    pre_hook=before_begin("set threads = 2"),
    post_hook=[after_commit("vacuum {{ this }}"), in_transaction("analyze {{ this }}")]
) }}

select order_id, amount from {{ source('raw', 'orders') }}
