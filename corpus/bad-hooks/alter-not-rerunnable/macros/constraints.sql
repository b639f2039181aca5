{% macro add_primary_key(column_name) %}  {# expect: HK601 #}
  alter table {{ this }} add primary key ({{ column_name }})  {# expect: HK801 #}
{% endmacro %}


{# Called by an incremental model, which keeps the constraint of the last run. #}
{% macro add_amount_check() %}  {# expect: HK601 #}
  {{ add_check('ck_amount', 'amount >= 0') }}
{% endmacro %}


{% macro add_check(constraint_name, condition) %}  {# expect: HK601 #}
  alter table {{ this }} add constraint {{ constraint_name }} check ({{ condition }})  {# expect: HK103 HK801 #}
{% endmacro %}
