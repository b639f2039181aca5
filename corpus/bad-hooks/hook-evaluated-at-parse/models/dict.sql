{{ config(materialized='table', post_hook={"sql": note_build(), "transaction": false}) }}  {# expect: HK203 #}

select order_id, amount from {{ source('raw', 'orders') }}
