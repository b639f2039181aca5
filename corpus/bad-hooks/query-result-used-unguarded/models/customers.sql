{{ config(
    materialized='table',
    post_hook=[
        "{% if target.name == 'prod' %}{% set newest = run_query('select max(customer_id) from ' ~ this) %}comment on table {{ this }} is 'up to {{ newest.rows[0][0] }}'{% endif %}  {# expect: HK201 HK501 HK701 HK801 #}",
        "{% if execute %}{% set newest = run_query('select max(customer_id) from ' ~ this) %}comment on column {{ this }}.customer_id is 'up to {{ newest.rows[0][0] }}'{% endif %}  {# expect: HK501 #}"
    ]
) }}

select customer_id, name from {{ source('raw', 'customers') }}
