{# Makes the tables that the other macros write to. #}
{% macro prepare_audit() %}
  create table if not exists audit.runs (
      invocation_id varchar(64),
      target_name varchar(100),
      started_at timestamp
  );
  create table if not exists audit.models (invocation_id varchar(64), model varchar(200), status varchar(20), finished_at timestamp)
{% endmacro %}


{% macro note_model() %}
  insert into audit.models (invocation_id, model, status, finished_at)
  values ('{{ invocation_id }}', '{{ this.name }}', 'done', current_timestamp)
{% endmacro %}


{# One row for each result; nothing when the run had none. #}
{% macro log_results(results) %}
  {% for result in results %}
    insert into audit.models (invocation_id, model, status, finished_at)
    values ('{{ invocation_id }}', '{{ result.node.unique_id }}', '{{ result.status }}', current_timestamp);
  {% endfor %}
{% endmacro %}


{% macro create_functions() %}
  create or replace function audit.is_open(status text) returns boolean language sql as $$
    select case when status = 'open' then true else false end;
  $$;
  create or replace function audit.days_between(a date, b date) returns int language sql as $$ select b - a; $$
{% endmacro %}
