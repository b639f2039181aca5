-- In a macro.
{{ config(materialized='table', post_hook="{{ note_loaded() }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
