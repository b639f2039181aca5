{% macro set_password(who) %}  {# expect: HK601 #}
  alter user {{ who }} set password = 'S3cure-pass'  {# expect: HK502 HK504 #}
{% endmacro %}
