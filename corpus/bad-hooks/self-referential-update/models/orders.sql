-- A value that is raised on every run.
{{ config(materialized='incremental', post_hook="update {{ this }} set amount = amount * 1.19  {# expect: HK105 HK302 HK303 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
