{% macro create_load_log() %}  {# expect: HK601 #}
  {#- create table ops.commented_out (id integer) -#}
  create table ops.load_log (  {# expect: HK101 #}
      run_id varchar,
      loaded_at timestamp
  )
{% endmacro %}


{% macro create_load_log_guarded() %}  {# expect: HK601 #}
  create table if not exists ops.load_history (
      run_id varchar,
      loaded_at timestamp
  )
{% endmacro %}


{# Sent by a query instead of printed: it is a statement all the same. #}
{% macro create_run_marker() %}  {# expect: HK601 #}
{% if execute %}
    {% set ddl %}
        create table ops.run_marker (run_id varchar)  {# expect: HK101 #}
    {% endset %}
    {% do run_query(ddl) %}  {# expect: HK205 #}

    {% set guarded %}
        create table if not exists ops.run_marker_two (run_id varchar)
    {% endset %}
    {% do run_query(guarded) %}  {# expect: HK205 #}
{% endif %}
{% endmacro %}


{% macro create_scratch() %}  {# expect: HK601 #}
  {{ table_ddl('ops.scratch') }}
{% endmacro %}


{% macro table_ddl(relation) %}  {# expect: HK601 #}
  create table {{ relation }} (id integer)  {# expect: HK101 #}
{% endmacro %}


{# No hook reaches it. #}
{% macro create_nothing() %}
  create table ops.nobody_calls_this (id integer)
{% endmacro %}
