-- In a macro.
{{ config(materialized='incremental', post_hook="{{ raise_amount('amount') }}  {# expect: HK105 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
