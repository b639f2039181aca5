-- The model is renamed by its own hook.
{{ config(materialized='table', post_hook="alter table {{ this }} rename to orders_backup  {# expect: HK107 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
