-- A literal name is the same table as ref('dim_products'), when the schema is that of the target.
{{ config(
    post_hook=[
        "{% if target.name == 'prod' %}update analytics.dim_products set status = 'sold'{% endif %}  {# expect: HK301 HK305 #}",
        "{% if target.name == 'prod' %}update elsewhere.dim_products set status = 'sold'{% endif %}"
    ]
) }}

select order_id, amount from {{ source('raw', 'orders') }}
