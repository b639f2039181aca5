-- Asked first.
{{ config(materialized='incremental', pre_hook="{% if is_incremental() %}delete from {{ this }} where id > 100{% endif %}") }}
select id, amount, name from {{ source('raw', 'orders') }}
