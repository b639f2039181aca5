-- A hook that never runs.
{{ config(materialized='table', post_hook={"sql": "grant select on {{ this }} to role reporter", "transaction": false}) }}  {# expect: HK403 HK505 #}
select id, amount, name from {{ source('raw', 'orders') }}
