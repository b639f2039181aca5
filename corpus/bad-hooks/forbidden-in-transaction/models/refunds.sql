-- Outside of it.
{{ config(materialized='table', post_hook={"sql": "vacuum {{ this }}", "transaction": false}) }}
select id, amount, name from {{ source('raw', 'orders') }}
