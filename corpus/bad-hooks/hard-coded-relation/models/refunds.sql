-- By dbt's name.
{{ config(materialized='table', post_hook="insert into audit.counts select count(*), '{{ invocation_id }}' from {{ source('raw', 'orders') }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
