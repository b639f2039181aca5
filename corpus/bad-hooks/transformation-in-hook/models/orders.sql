-- What hooks are for: a check, an audit row, a watermark.
{{ config(
    materialized='table',
    post_hook=[
        "{{ check_customers() }}",
        "insert into ops.run_log (run_id, node_name, status) values ('{{ invocation_id }}', '{{ this.name }}', (select count(*) from {{ this }}))",
        "merge into ops.watermarks as t using (select max(updated_at) as loaded_until from {{ this }}) as s on t.model_name = '{{ this.name }}' when matched then update set loaded_until = s.loaded_until",
        "comment on table {{ this }} is 'case when joined group by union distinct'  {# expect: HK801 #}"
    ]
) }}

select order_id, customer_id, amount, updated_at from {{ source('raw', 'orders') }}
