-- Generated hooks: one grant for each role in the list.
{{ config(
    materialized='table',
    post_hook="{{ grant_to_roles(['analyst', 'reporter', 'executive']) }}"
) }}

select distinct
    product_id,
    case product_id when 1 then 'lamp' else 'chair' end as product_name
from {{ ref('stg_orders') }}
