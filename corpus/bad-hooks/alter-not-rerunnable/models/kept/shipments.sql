-- Only when the table has just been made.
{{ config(
    unique_key='order_id',
    post_hook=[
        "{% if not is_incremental() %}alter table {{ this }} add primary key (order_id){% endif %}  {# expect: HK801 #}",
        "{% if should_full_refresh() %}alter table {{ this }} add constraint ck_order check (order_id > 0){% endif %}  {# expect: HK801 #}"
    ]
) }}

select order_id, customer_id from {{ source('raw', 'orders') }}
