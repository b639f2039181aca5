-- The old row of this model goes first.
{{ config(
    materialized='table',
    post_hook=[
        "delete from ops.row_counts where model_name = '{{ this.name }}'",
        "insert into ops.row_counts (model_name, row_count) values ('{{ this.name }}', (select count(*) from {{ this }}))"
    ]
) }}

select order_id, amount from {{ source('raw', 'orders') }}
