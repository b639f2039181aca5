-- Inside of execute.
{{ config(materialized='table', post_hook="{% if execute %}{% do run_query('create table if not exists staging.marks (id int)') %}{% endif %}") }}
select id, amount, name from {{ source('raw', 'orders') }}
