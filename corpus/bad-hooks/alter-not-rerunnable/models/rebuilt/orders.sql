-- The table is new: what is added to it was not there. A check's name belongs to its table.
{{ config(
    post_hook=[
        "{{ add_primary_key('order_id') }}",
        "alter table {{ this }} add constraint ck_orders check (amount >= 0)  {# expect: HK801 #}",
        "alter table {{ this }} add column remark text"
    ]
) }}

select order_id, amount from {{ source('raw', 'orders') }}
