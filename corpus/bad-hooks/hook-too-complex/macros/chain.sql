{% macro first() %}{{ second() }}{% endmacro %}

{% macro second() %}{{ third() }}{% endmacro %}

{% macro third() %}{{ fourth() }}{% endmacro %}

{% macro fourth() %}{{ fifth() }}{% endmacro %}

{% macro fifth() %}{{ sixth() }}{% endmacro %}

{% macro sixth() %}set statement_timeout = '60s'{% endmacro %}
