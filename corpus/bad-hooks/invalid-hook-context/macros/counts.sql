{# A `set` in a loop is forgotten at the end of each turn. #}
{% macro count_wrongly() %}
  {% set failed = 0 %}
  {% for result in results %}
    {% if result.status == 'error' %}
      {% set failed = failed + 1 %}  {# expect: HK207 #}
    {% endif %}
  {% endfor %}
  {{ log("failed: " ~ failed) }}
{% endmacro %}


{% macro count_rightly() %}
  {% set totals = namespace(failed=0) %}
  {% for result in results %}
    {% set status = result.status %}
    {% if status == 'error' %}
      {% set totals.failed = totals.failed + 1 %}
    {% endif %}
  {% endfor %}
  {{ log("failed: " ~ totals.failed) }}
{% endmacro %}


{# Reached from the start of a run, too: it asks before it reads. #}
{% macro summary_if_any() %}
  {% if results is defined %}
    {{ log("nodes: " ~ (results | length)) }}
  {% endif %}
{% endmacro %}


{# Variables and parameters may bear these names. #}
{% macro names_of_its_own() %}
  {% set results = ['a', 'b'] %}
  {% for models in results %}
    {{ log(models) }}
  {% endfor %}
  {{ log_all(results) }}
{% endmacro %}


{% macro log_all(schemas) %}
  {% for schema_name in schemas %}
    {{ log(schema_name) }}
  {% endfor %}
{% endmacro %}


{% macro stored_and_loaded() %}
  {% if execute %}
    {% call statement('order_count', fetch_result=True) %}
      select count(*) from raw.orders
    {% endcall %}
    {{ log(load_result('order_count')) }}
  {% endif %}
{% endmacro %}


{# Reached from the hooks of models only, where there is a `this`, and no `results`. #}
{% macro describe_table() %}
  comment on table {{ this }} is 'one of {{ results | length }} tables'  {# expect: HK207 #}
{% endmacro %}


{% macro describe_this() %}
  comment on table {{ this }} is 'the table {{ this.name }}'
{% endmacro %}
