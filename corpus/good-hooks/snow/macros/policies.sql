{% macro make_policy() %}
  create masking policy if not exists {{ target.schema }}.hide_email as (val string) returns string ->
    case when current_role() in ('ADMIN') then val else '****' end
{% endmacro %}


{# Keeps ninety days. #}
{% macro drop_old_logs() %}
  delete from {{ target.schema }}.run_log where logged_at < dateadd('day', -90, current_timestamp())
{% endmacro %}


{% macro grant_three() %}
  grant select on {{ this }} to role reporter; grant select on {{ this }} to role analyst; grant select on {{ this }} to role auditor
{% endmacro %}
