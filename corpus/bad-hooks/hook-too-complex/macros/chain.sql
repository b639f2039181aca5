{% macro first() %}{{ second() }}{% endmacro %}  {# expect: HK601 #}

{% macro second() %}{{ third() }}{% endmacro %}  {# expect: HK601 #}

{% macro third() %}{{ fourth() }}{% endmacro %}  {# expect: HK601 #}

{% macro fourth() %}{{ fifth() }}{% endmacro %}  {# expect: HK601 #}

{% macro fifth() %}{{ sixth() }}{% endmacro %}  {# expect: HK601 #}

{% macro sixth() %}set statement_timeout = '60s'{% endmacro %}  {# expect: HK601 #}
