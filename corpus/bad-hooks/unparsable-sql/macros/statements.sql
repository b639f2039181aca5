{% macro log_start() %}
{% if execute %}
    {{ send_log('ops.run_log') }}
{% endif %}
{% endmacro %}


{# The first has no rows. #}
{% macro send_log(relation) %}
    {% set log_query %}
        insert into {{ relation }} (run_id, payload)  {# expect: HK902 #}
    {% endset %}
    {% do run_query(log_query) %}

    {% set log_query %}
        insert into {{ relation }} (run_id, payload)
        values ('{{ invocation_id }}', '{"text": "a; b"}'::jsonb)
    {% endset %}
    {% do run_query(log_query) %}
{% endmacro %}


{# To nobody, unless the target is prod. #}
{% macro grant_in_production() %}
    grant usage on schema ops {% if target.name == 'prod' %}to reporter{% endif %}  {# expect: HK902 #}
{% endmacro %}
