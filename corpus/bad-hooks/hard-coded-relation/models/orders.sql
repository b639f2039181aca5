-- A source by its own name.
{{ config(materialized='table', post_hook="insert into audit.counts select count(*), '{{ invocation_id }}' from raw.orders  {# expect: HK305 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
