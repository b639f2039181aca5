-- Before the first run there is nothing to delete from.
{{ config(materialized='incremental', pre_hook="delete from {{ this }} where id > 100  {# expect: HK206 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
