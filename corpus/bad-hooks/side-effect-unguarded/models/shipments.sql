-- A query that only looks.
{{ config(materialized='table', post_hook="{% set rows = run_query('select 1 from staging.incoming') %}{% if rows %}analyze {{ this }}{% endif %}") }}
select id, amount, name from {{ source('raw', 'orders') }}
