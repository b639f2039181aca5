{{ config(
    materialized='incremental',
    pre_hook="{% if is_incremental() %}delete from {{ this }} where loaded_at >= current_date - 3{% endif %}",
    post_hook="update {{ source('ops', 'job_control') }} set loaded_until = (select max(loaded_at) from {{ this }}) where job = 'marks'"
) }}

select order_id, customer_id, amount, loaded_at from {{ source('raw', 'orders') }}
