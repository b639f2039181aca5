-- A cluster key.
{{ config(materialized='table', post_hook="alter table {{ this }} cluster by (id)  {# expect: HK801 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
