-- The target and the variables are the same while dbt parses and while it runs.
{{ config(
    materialized='table',
    pre_hook="set schema = '" ~ target.schema ~ "'",
    post_hook="comment on table {{ this }} is '" ~ var('label', 'orders') ~ "'" if target.name == 'prod' else []
) }}

select order_id, amount from {{ source('raw', 'orders') }}
