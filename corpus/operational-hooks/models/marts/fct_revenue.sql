-- Notification: in production only, a row that says that this model has completed.
{{ config(
    materialized='table',
    post_hook="""
        {% if target.name == 'prod' %}
            insert into alerts.model_completions (
                invocation_id,
                model_name,
                completed_at,
                row_count
            ) values (
                '{{ invocation_id }}',
                '{{ this.name }}',
                current_timestamp(),
                (select count(*) from {{ this }})
            )
        {% endif %}
    """
) }}

select
    date_trunc('month', order_date) as revenue_month,
    sum(order_total) as revenue,
    count(*) as order_count
from {{ ref('fct_orders') }}
group by 1
