{% macro audit_without_key() %}
{% if execute %}
    {% set log_query %}
        insert into ops.audit_run (target_name, started_at)  {# expect: HK104 #}
        values ('{{ target.name }}', current_timestamp())
    {% endset %}
    {% do run_query(log_query) %}
{% endif %}
{% endmacro %}


{% macro audit_with_key() %}
{% if execute %}
    {% set log_query %}
        insert into ops.audit_run (run_id, target_name, started_at)
        values ('{{ invocation_id }}', '{{ target.name }}', current_timestamp())
    {% endset %}
    {% do run_query(log_query) %}
{% endif %}
{% endmacro %}


{# Completes the row that the start of the run has written. #}
{% macro finish_audit() %}
    update ops.audit_run
    set finished_at = current_timestamp()
    where run_id = '{{ invocation_id }}'
{% endmacro %}


{% macro record_rows(table_name) %}
    {{ record_rows_in('ops.row_totals', table_name) }}
{% endmacro %}


{% macro record_rows_in(relation, table_name) %}
    insert into {{ relation }} (model_name, row_total)  {# expect: HK104 #}
    values ('{{ table_name }}', (select count(*) from {{ this }}))
{% endmacro %}
