{{ config({"materialized": "table", "post-hook": "analyze " ~ this}) }}  {# expect: HK203 #}

select order_id, amount from {{ source('raw', 'orders') }}
