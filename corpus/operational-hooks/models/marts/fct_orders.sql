-- Data validation: a negative total fails this model, and what depends on it is skipped.
{{ config(
    materialized='incremental',
    post_hook="""
        {% if execute %}
            {{ validate_order_totals() }}
        {% endif %}
    """
) }}

select
    order_id,
    customer_id,
    product_id,
    order_date,
    order_total
from {{ ref('stg_orders') }}
{% if is_incremental() %}
where order_id > (select coalesce(max(order_id), 0) from {{ this }})
{% endif %}
