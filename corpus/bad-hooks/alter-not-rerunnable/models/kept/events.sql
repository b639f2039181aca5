{{ config(post_hook="alter table {{ this }} add column remark text  {# expect: HK103 #}") }}

select order_id, customer_id from {{ source('raw', 'orders') }}
