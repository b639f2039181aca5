-- A table is made while anything is compiled.
{{ config(materialized='table', post_hook="{% do run_query('create table if not exists staging.marks (id int)') %}  {# expect: HK202 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
