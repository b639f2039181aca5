{# Eleven branches: twelve ways through. #}
{% macro name_session() %}  {# expect: HK601 HK702 #}
  {% if target.name == 'alpha' %}
    set application_name = 'dbt alpha'
  {% elif target.name == 'bravo' %}
    set application_name = 'dbt bravo'
  {% elif target.name == 'charlie' %}
    set application_name = 'dbt charlie'
  {% elif target.name == 'delta' %}
    set application_name = 'dbt delta'
  {% elif target.name == 'echo' %}
    set application_name = 'dbt echo'
  {% elif target.name == 'foxtrot' %}
    set application_name = 'dbt foxtrot'
  {% elif target.name == 'golf' %}
    set application_name = 'dbt golf'
  {% elif target.name == 'hotel' %}
    set application_name = 'dbt hotel'
  {% elif target.name == 'india' %}
    set application_name = 'dbt india'
  {% elif target.name == 'juliet' %}
    set application_name = 'dbt juliet'
  {% elif target.name == 'kilo' %}
    set application_name = 'dbt kilo'
  {% endif %}
{% endmacro %}


{# Nine branches, ten ways through: as much as is allowed. #}
{% macro name_session_shortly() %}  {# expect: HK601 #}
  {% if target.name == 'alpha' %}
    set application_name = 'dbt alpha'
  {% elif target.name == 'bravo' %}
    set application_name = 'dbt bravo'
  {% elif target.name == 'charlie' %}
    set application_name = 'dbt charlie'
  {% elif target.name == 'delta' %}
    set application_name = 'dbt delta'
  {% elif target.name == 'echo' %}
    set application_name = 'dbt echo'
  {% elif target.name == 'foxtrot' %}
    set application_name = 'dbt foxtrot'
  {% elif target.name == 'golf' %}
    set application_name = 'dbt golf'
  {% elif target.name == 'hotel' %}
    set application_name = 'dbt hotel'
  {% elif target.name == 'india' %}
    set application_name = 'dbt india'
  {% endif %}
{% endmacro %}
