-- A reference that dbt sees.
{{ config(materialized='table', post_hook="insert into audit.late select id, '{{ invocation_id }}' from {{ ref('late') }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
