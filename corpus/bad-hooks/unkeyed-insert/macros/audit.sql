{% macro audit_without_key() %}  {# expect: HK601 #}
{% if execute %}
    {% set log_query %}
        insert into ops.audit_run (target_name, started_at)  {# expect: HK104 #}
        values ('{{ target.name }}', current_timestamp())
    {% endset %}
    {% do run_query(log_query) %}  {# expect: HK205 #}
{% endif %}
{% endmacro %}


{% macro audit_with_key() %}  {# expect: HK601 #}
{% if execute %}
    {% set log_query %}
        insert into ops.audit_run (run_id, target_name, started_at)
        values ('{{ invocation_id }}', '{{ target.name }}', current_timestamp())
    {% endset %}
    {% do run_query(log_query) %}  {# expect: HK205 #}
{% endif %}
{% endmacro %}


{# Completes the row that the start of the run has written. #}
{% macro finish_audit() %}  {# expect: HK601 #}
    update ops.audit_run
    set finished_at = current_timestamp()
    where run_id = '{{ invocation_id }}'
{% endmacro %}


{% macro record_rows(table_name) %}  {# expect: HK601 #}
    {{ record_rows_in('ops.row_totals', table_name) }}
{% endmacro %}


{% macro record_rows_in(relation, table_name) %}  {# expect: HK601 #}
    insert into {{ relation }} (model_name, row_total)  {# expect: HK104 #}
    values ('{{ table_name }}', (select count(*) from {{ this }}))
{% endmacro %}
