-- A snapshot has both kinds.
{{ config(materialized='snapshot', post_hook={"sql": "grant select on {{ this }} to role reporter", "transaction": false}) }}  {# expect: HK505 #}
select id, amount, name from {{ source('raw', 'orders') }}
