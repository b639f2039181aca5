{% macro add_primary_key(column_name) %}
  alter table {{ this }} add primary key ({{ column_name }})
{% endmacro %}


{# Called by an incremental model, which keeps the constraint of the last run. #}
{% macro add_amount_check() %}
  {{ add_check('ck_amount', 'amount >= 0') }}
{% endmacro %}


{% macro add_check(constraint_name, condition) %}
  alter table {{ this }} add constraint {{ constraint_name }} check ({{ condition }})  {# expect: HK103 #}
{% endmacro %}
