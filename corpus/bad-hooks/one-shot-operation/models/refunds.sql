-- A column of a fresh table.
{{ config(materialized='table', post_hook="alter table {{ this }} rename column name to label") }}
select id, amount, name from {{ source('raw', 'orders') }}
