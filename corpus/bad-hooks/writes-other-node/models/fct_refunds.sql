-- A source that steers jobs is there to be written.
{{ config(
    post_hook="update {{ source('ops', 'job_control') }} set loaded_until = (select max(updated_at) from {{ this }}) where job_name = '{{ this.name }}'"
) }}

select order_id, amount, updated_at from {{ source('raw', 'orders') }}
