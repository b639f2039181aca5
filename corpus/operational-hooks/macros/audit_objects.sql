{#- What the hooks write to. Every macro yields one statement that is safe to repeat. -#}

{% macro create_schema_if_missing(schema_name) %}
create schema if not exists {{ schema_name }}
{% endmacro %}


{% macro create_audit_run_table() %}
create table if not exists {{ target.schema }}.audit_run (
    run_id varchar,
    run_started_at timestamp,
    invocation_id varchar,
    target_name varchar,
    target_schema varchar,
    dbt_version varchar,
    thread_count integer,
    -- filled in by log_run_end
    run_completed_at timestamp,
    duration_seconds integer,
    models_run integer,
    models_passed integer,
    models_failed integer
)
{% endmacro %}


{% macro create_model_completions_table() %}
create table if not exists alerts.model_completions (
    invocation_id varchar,
    model_name varchar,
    completed_at timestamp,
    row_count bigint
)
{% endmacro %}


{% macro create_email_log_table() %}
create table if not exists notifications.email_log (
    email varchar,
    message varchar
)
{% endmacro %}


{#- Lives for one run: dropped by the clean-up hook at its end. -#}
{% macro create_temp_staging_table() %}
create table if not exists {{ target.schema }}.temp_staging_data (
    order_id integer,
    remark varchar
)
{% endmacro %}
