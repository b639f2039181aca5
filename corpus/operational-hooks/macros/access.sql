{#- One grant for each role. -#}
{% macro grant_to_roles(roles) %}
{% for role in roles %}
  grant select on {{ this }} to role {{ role }};
{% endfor %}
{% endmacro %}
