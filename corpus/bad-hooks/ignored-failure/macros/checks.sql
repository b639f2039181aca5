{% macro check_without_consequence() %}
{% if execute %}
    {% set bad_rows = run_query("select count(*) from " ~ this ~ " where amount < 0") %}  {# expect: HK404 #}
{% endif %}
{% endmacro %}


{% macro check_with_consequence() %}
{% if execute %}
    {% set bad_rows = run_query("select count(*) from " ~ this ~ " where amount < 0") %}
    {% if bad_rows.columns[0].values()[0] > 0 %}
        {{ exceptions.raise_compiler_error("negative amounts") }}
    {% endif %}
{% endif %}
{% endmacro %}


{# The result goes to a macro that raises. #}
{% macro check_through_helper() %}
{% if execute %}
    {% set bad_rows = run_query("select count(*) from " ~ this ~ " where amount is null") %}
    {{ raise_if_any(bad_rows) }}
{% endif %}
{% endmacro %}


{% macro raise_if_any(rows) %}
    {% if rows.columns[0].values()[0] > 0 %}
        {{ exceptions.raise_compiler_error("bad rows") }}
    {% endif %}
{% endmacro %}


{# Says that it found something, and lets the run go on. #}
{% macro check_that_warns() %}
{% if execute %}
    {% set bad_rows = run_query("select count(*) from " ~ this ~ " where amount < 0") %}
    {% if bad_rows.columns[0].values()[0] > 0 %}
        {% do exceptions.warn("negative amounts in " ~ this) %}  {# expect: HK404 #}
    {% endif %}
{% endif %}
{% endmacro %}


{# No path leads to the error. #}
{% macro check_is_switched_off() %}
{% set strict = false %}
{% if execute %}
    {% set order_count = run_query("select count(*) from raw.orders").columns[0].values()[0] %}
    {{ log("orders: " ~ order_count) }}
    {% if strict and order_count == 0 %}
        {{ exceptions.raise_compiler_error("no orders") }}  {# expect: HK404 #}
    {% endif %}
{% endif %}
{% endmacro %}


{# A warning about the project's own settings is no check of data. #}
{% macro warn_of_old_setting() %}
{% if var('old_setting', none) is not none %}
    {% do exceptions.warn("old_setting has no effect") %}
{% endif %}
{% endmacro %}


{# What a query does, and what a query says, both count as used. #}
{% macro write_and_read() %}
{% if execute %}
    {% do run_query("delete from ops.notes where model_name = '" ~ this.name ~ "'") %}
    {% set row_count = run_query("select count(*) from " ~ this).columns[0].values()[0] %}
    comment on table {{ this }} is '{{ row_count }} rows'
{% endif %}
{% endmacro %}
