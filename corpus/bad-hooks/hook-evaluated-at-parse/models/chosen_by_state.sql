-- While dbt parses, no model is incremental: the choice is made once, and wrongly.
{{ config(materialized='incremental', post_hook="analyze {{ this }}" if is_incremental() else "vacuum {{ this }}") }}  {# expect: HK203 #}

select order_id, amount from {{ source('raw', 'orders') }}
