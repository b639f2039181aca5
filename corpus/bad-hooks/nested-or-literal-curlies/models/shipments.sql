-- Brackets outside of any tag.
{{ config(materialized='table', post_hook="comment on table {{ this }} is 'a'  {# expect: HK801 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
