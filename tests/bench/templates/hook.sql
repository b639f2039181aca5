{# Writes one row to the audit log after a model was built. #}
{%- macro audit(event, relation, columns=['id'], level='info') -%}
  {%- set table = target.database ~ '.' ~ target.schema ~ '.audit_log' -%}
  {%- set user = target.user | default('unknown') | upper -%}
  {%- if execute and target.name != 'ci' -%}
    insert into {{ table }} (
      event, model, loaded_by, level
      {%- for column in columns if column != 'secret' %}, {{ column | lower | trim }}{% endfor %}
    )
    select
      '{{ event | replace("'", "''") }}',
      '{{ relation.schema }}.{{ relation.identifier }}',
      '{{ user }}', '{{ level }}'
      {%- for column in columns if column != 'secret' %}
      , {{ 'max' if loop.first else 'min' }}({{ column | lower | trim }}) as c{{ loop.index }}
      {%- endfor %}
    from {{ relation.schema }}.{{ relation.identifier }}
    where run_id = '{{ invocation_id }}' and attempt >= {{ settings.attempts + 1 }}
  {%- elif execute is none -%}
    -- nothing to do
  {%- else -%}
    select 1 as skipped_on_{{ target['name'] }}
  {%- endif -%}
{%- endmacro -%}
{{ audit('after load', this, columns=['Updated_At', ' id ', 'secret'], level='warn') }}
