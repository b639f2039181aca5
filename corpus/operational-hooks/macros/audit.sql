{#- The audit of runs: one row of audit_run for each run, written at its start and completed at its end. -#}

{% macro log_run_start() %}
{% if execute %}
    {% set log_query %}
        insert into {{ target.schema }}.audit_run (
            run_id,
            run_started_at,
            invocation_id,
            target_name,
            target_schema,
            dbt_version,
            thread_count
        ) values (
            '{{ invocation_id }}',
            current_timestamp(),
            '{{ invocation_id }}',
            '{{ target.name }}',
            '{{ target.schema }}',
            '{{ dbt_version }}',
            {{ target.threads }}
        )
    {% endset %}

    {% do run_query(log_query) %}
{% endif %}
{% endmacro %}


{#- `models` is the operations guide's name for what dbt calls `results`. dbt itself knows no `models`:
    there the three counts are 0. Lint warns of it (HK207) and offers the fix. -#}
{% macro log_run_end() %}
{% if execute %}
    {% set log_query %}
        update {{ target.schema }}.audit_run
        set run_completed_at = current_timestamp(),
            duration_seconds = datediff('second', run_started_at, current_timestamp()),
            models_run = {{ models | length }},
            models_passed = {{ (models | selectattr('status', 'equalto', 'success') | list) | length }},
            models_failed = {{ (models | selectattr('status', 'equalto', 'error') | list) | length }}
        where run_id = '{{ invocation_id }}'
    {% endset %}

    {% do run_query(log_query) %}
{% endif %}
{% endmacro %}
