-- A drop with a guard.
{{ config(materialized='table', pre_hook="drop table if exists {{ this }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
