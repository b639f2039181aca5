{% macro check_without_consequence() %}  {# expect: HK601 #}
{% if execute %}
    {% set bad_rows = run_query("select count(*) from " ~ this ~ " where amount < 0") %}  {# expect: HK404 #}
{% endif %}
{% endmacro %}


{% macro check_with_consequence() %}  {# expect: HK601 #}
{% if execute %}
    {% set bad_rows = run_query("select count(*) from " ~ this ~ " where amount < 0") %}
    {% if bad_rows.columns[0].values()[0] > 0 %}
        {{ exceptions.raise_compiler_error("negative amounts") }}
    {% endif %}
{% endif %}
{% endmacro %}


{# The result goes to a macro that raises. #}
{% macro check_through_helper() %}  {# expect: HK601 #}
{% if execute %}
    {% set bad_rows = run_query("select count(*) from " ~ this ~ " where amount is null") %}
    {{ raise_if_any(bad_rows) }}
{% endif %}
{% endmacro %}


{% macro raise_if_any(rows) %}  {# expect: HK601 #}
    {% if rows.columns[0].values()[0] > 0 %}
        {{ exceptions.raise_compiler_error("bad rows") }}
    {% endif %}
{% endmacro %}


{# Says that it found something, and lets the run go on. #}
{% macro check_that_warns() %}  {# expect: HK601 #}
{% if execute %}
    {% set bad_rows = run_query("select count(*) from " ~ this ~ " where amount < 0") %}
    {% if bad_rows.columns[0].values()[0] > 0 %}
        {% do exceptions.warn("negative amounts in " ~ this) %}  {# expect: HK404 #}
    {% endif %}
{% endif %}
{% endmacro %}


{# No path leads to the error. #}
{% macro check_is_switched_off() %}  {# expect: HK601 #}
{% set strict = false %}
{% if execute %}
    {% set order_count = run_query("select count(*) from raw.orders").columns[0].values()[0] %}  {# expect: HK305 #}
    {{ log("orders: " ~ order_count) }}
    {% if strict and order_count == 0 %}
        {{ exceptions.raise_compiler_error("no orders") }}  {# expect: HK404 #}
    {% endif %}
{% endif %}
{% endmacro %}


{# A warning about the project's own settings is no check of data. #}
{% macro warn_of_old_setting() %}  {# expect: HK601 #}
{% if var('old_setting', none) is not none %}
    {% do exceptions.warn("old_setting has no effect") %}
{% endif %}
{% endmacro %}


{# What a query does, and what a query says, both count as used. #}
{% macro write_and_read() %}  {# expect: HK601 #}
{% if execute %}
    {% do run_query("delete from ops.notes where model_name = '" ~ this.name ~ "'") %}
    {% set row_count = run_query("select count(*) from " ~ this).columns[0].values()[0] %}
    comment on table {{ this }} is '{{ row_count }} rows'  {# expect: HK501 HK801 #}
{% endif %}
{% endmacro %}
