{# One statement for each role, all in the text of one hook. #}
{% macro grant_to_roles(roles) %}  {# expect: HK601 #}
{% for role in roles %}
  grant select on {{ this }} to `{{ role }}`;  {# expect: HK405 HK505 #}
{% endfor %}
{% endmacro %}


{% macro create_pair() %}  {# expect: HK601 #}
{% if execute %}
    {{ send("create table if not exists ops.left_side (id int); create table if not exists ops.right_side (id int)") }}  {# expect: HK405 #}
    {{ send("create table if not exists ops.upper_side (id int)") }}
    {{ send("create table if not exists ops.lower_side (id int);") }}
{% endif %}
{% endmacro %}


{% macro send(text) %}  {# expect: HK601 #}
    {% do run_query(text) %}  {# expect: HK205 #}
{% endmacro %}
