{% macro index_for(column) %}
  create index if not exists {{ this.table }}__index_on_{{ column }} on {{ this }} ({{ column }})
{% endmacro %}


{% macro record_run() %}
  {% if execute and target.name == 'prod' %}
    {% do run_query("create table if not exists audit.prod_runs (invocation_id varchar(64), started_at timestamp)") %}
    {% do run_query("merge into audit.prod_runs as t using (select '" ~ invocation_id ~ "' as invocation_id) as s on t.invocation_id = s.invocation_id when not matched then insert (invocation_id, started_at) values (s.invocation_id, current_timestamp)") %}
  {% endif %}
{% endmacro %}
