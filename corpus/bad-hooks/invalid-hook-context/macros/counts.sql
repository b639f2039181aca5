{# A `set` in a loop is forgotten at the end of each turn. #}
{% macro count_wrongly() %}  {# expect: HK601 #}
  {% set failed = 0 %}
  {% for result in results %}
    {% if result.status == 'error' %}
      {% set failed = failed + 1 %}  {# expect: HK207 #}
    {% endif %}
  {% endfor %}
  {{ log("failed: " ~ failed) }}
{% endmacro %}


{% macro count_rightly() %}  {# expect: HK601 #}
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
{% macro summary_if_any() %}  {# expect: HK601 #}
  {% if results is defined %}
    {{ log("nodes: " ~ (results | length)) }}
  {% endif %}
{% endmacro %}


{# Variables and parameters may bear these names. #}
{% macro names_of_its_own() %}  {# expect: HK601 #}
  {% set results = ['a', 'b'] %}
  {% for models in results %}
    {{ log(models) }}
  {% endfor %}
  {{ log_all(results) }}
{% endmacro %}


{% macro log_all(schemas) %}  {# expect: HK601 #}
  {% for schema_name in schemas %}
    {{ log(schema_name) }}
  {% endfor %}
{% endmacro %}


{% macro stored_and_loaded() %}  {# expect: HK601 #}
  {% if execute %}
    {% call statement('order_count', fetch_result=True) %}
      select count(*) from raw.orders  {# expect: HK305 #}
    {% endcall %}
    {{ log(load_result('order_count')) }}
  {% endif %}
{% endmacro %}


{# Reached from the hooks of models only, where there is a `this`, and no `results`. #}
{% macro describe_table() %}  {# expect: HK601 #}
  comment on table {{ this }} is 'one of {{ results | length }} tables'  {# expect: HK207 HK801 #}
{% endmacro %}


{% macro describe_this() %}  {# expect: HK601 #}
  comment on table {{ this }} is 'the table {{ this.name }}'  {# expect: HK801 #}
{% endmacro %}
