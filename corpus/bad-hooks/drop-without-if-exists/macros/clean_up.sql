{% macro clean_up() %}  {# expect: HK601 #}
{% if execute %}
    {{ drop_view('ops.tmp_view') }}
{% endif %}
{% endmacro %}


{% macro drop_view(relation) %}  {# expect: HK601 #}
    {% set ddl %}
        drop view {{ relation }}  {# expect: HK102 #}
    {% endset %}
    {% do run_query(ddl) %}  {# expect: HK205 #}

    {% set guarded %}
        drop view if exists {{ relation }}_two
    {% endset %}
    {% do run_query(guarded) %}  {# expect: HK205 #}
{% endmacro %}


{# The drop is reached only when the relation has been seen. #}
{% macro drop_when_there(schema_name, table_name) %}  {# expect: HK601 #}
    {% set relation = adapter.get_relation(database=target.database, schema=schema_name, identifier=table_name) %}
    {% if relation is not none %}
        drop table {{ relation }}  {# expect: HK306 #}
    {% endif %}
{% endmacro %}


{# No hook reaches it. #}
{% macro drop_nothing() %}
    drop table ops.nobody_calls_this
{% endmacro %}
