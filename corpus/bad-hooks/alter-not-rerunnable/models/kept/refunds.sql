-- Dropped, then added: the pair may be run again.
{{ config(
    post_hook=[
        "alter table {{ this }} drop constraint if exists ck_refund",
        "alter table {{ this }} add constraint ck_refund check (amount >= 0)  {# expect: HK801 #}"
    ]
) }}

select order_id, amount from {{ source('raw', 'orders') }}
