-- A hook may write its own table and the tables of the operation, not those of others.
{{ config(
    post_hook=[
        "update {{ source('raw', 'orders') }} set is_loaded = true  {# expect: HK301 #}",
        "insert into {{ this }} (order_id, amount) values (-1, 0)",
        "insert into ops.audit_log (run_id, model_name) values ('{{ invocation_id }}', '{{ this.name }}')"
    ]
) }}

select order_id, amount from {{ source('raw', 'orders') }}
