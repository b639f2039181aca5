-- A policy has no config.
{{ config(materialized='table', post_hook="alter table {{ this }} add row access policy staging.by_region on (name)") }}
select id, amount, name from {{ source('raw', 'orders') }}
