{{ config(
    materialized='table',
    post_hook="""  {# expect: HK701 #}
        {% if target.name == 'prod' %}
            insert into alerts.model_completions (  {# expect: HK104 #}
                model_name,
                completed_at,
                row_count
            ) values (
                '{{ this.name }}',
                current_timestamp(),
                (select count(*) from {{ this }})
            )
        {% endif %}
    """
) }}

select customer_id, amount from {{ source('raw', 'orders') }}
