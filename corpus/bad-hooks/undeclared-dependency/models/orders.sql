-- A reference that dbt does not see while it parses.
{{ config(materialized='table', post_hook="{% if execute %}insert into audit.late select id, '{{ invocation_id }}' from {{ ref('late') }}{% endif %}  {# expect: HK304 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
