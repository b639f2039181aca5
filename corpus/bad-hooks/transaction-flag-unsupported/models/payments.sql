-- In a macro.
{{ config(materialized='table', post_hook={"sql": "{{ share() }}", "transaction": false}) }}  {# expect: HK403 #}
select id, amount, name from {{ source('raw', 'orders') }}
