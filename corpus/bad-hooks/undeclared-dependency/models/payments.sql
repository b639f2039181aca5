-- In a macro.
{{ config(materialized='table', post_hook="{{ keep('late') }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
