{#- Fails the model that calls it when it holds a negative order total. The query's result is known
    at run time only: callers guard the call with `execute`. -#}
{% macro validate_order_totals() %}
{% set validation_query %}
    select
        case
            when count(*) > 0 then 'FAIL'
            else 'PASS'
        end as result
    from {{ this }}
    where order_total < 0
{% endset %}

{% set result = run_query(validation_query) %}

{% if result.columns[0].values()[0] == 'FAIL' %}
    {{ exceptions.raise_compiler_error("Negative order totals found!") }}
{% endif %}
{% endmacro %}
