-- In a macro.
{{ config(materialized='table', post_hook="{{ empty('late') }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
