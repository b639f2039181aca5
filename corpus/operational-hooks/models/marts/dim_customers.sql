-- Access control: the BI tool reads this model through the role reporter.
{{ config(
    materialized='table',
    post_hook="""
        /*
        Post-hook: Grants SELECT to reporter role
        Purpose: Enable BI tool access
        */
        grant select on {{ this }} to role reporter
    """
) }}

select
    customer_id,
    customer_name,
    region
from {{ ref('stg_customers') }}
