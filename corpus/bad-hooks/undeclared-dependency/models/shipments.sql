-- Declared in a comment.
{{ config(materialized='table', post_hook="-- depends_on: {{ ref('late') }}\n{% if execute %}insert into audit.late select id, '{{ invocation_id }}' from {{ ref('late') }}{% endif %}") }}
select id, amount, name from {{ source('raw', 'orders') }}
