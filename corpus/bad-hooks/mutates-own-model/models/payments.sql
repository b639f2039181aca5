-- A column that the model does not make.
{{ config(materialized='table', post_hook="update {{ this }} set checked_by = 'hook'") }}
select id, amount, name from {{ source('raw', 'orders') }}
