{% macro log_start() %}  {# expect: HK601 #}
{% if execute %}
    {{ send_log('ops.run_log') }}
{% endif %}
{% endmacro %}


{# The first has no rows. #}
{% macro send_log(relation) %}  {# expect: HK601 #}
    {% set log_query %}
        insert into {{ relation }} (run_id, payload)  {# expect: HK902 #}
    {% endset %}
    {% do run_query(log_query) %}

    {% set log_query %}
        insert into {{ relation }} (run_id, payload)
        values ('{{ invocation_id }}', '{"text": "a; b"}'::jsonb)
    {% endset %}
    {% do run_query(log_query) %}  {# expect: HK205 #}
{% endmacro %}


{# To nobody, unless the target is prod. #}
{% macro grant_in_production() %}  {# expect: HK601 #}
    grant usage on schema ops {% if target.name == 'prod' %}to reporter{% endif %}  {# expect: HK902 #}
{% endmacro %}
