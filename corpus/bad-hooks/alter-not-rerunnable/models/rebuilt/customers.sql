-- A named primary key is an index, and the old table keeps that name until it is dropped.
{{ config(
    post_hook="alter table {{ this }} add constraint pk_customers primary key (customer_id)  {# expect: HK103 HK801 #}"
) }}

select customer_id, name from {{ source('raw', 'customers') }}
