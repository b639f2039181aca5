-- In a macro.
{{ config(materialized='incremental', pre_hook="{{ forget('id') }}") }}
select id, amount, name from {{ source('raw', 'orders') }}
