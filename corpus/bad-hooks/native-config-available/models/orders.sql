-- A comment on the model.
{{ config(materialized='table', post_hook="comment on table {{ this }} is 'one row an order'  {# expect: HK801 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
