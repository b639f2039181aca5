{% macro note_build() %}
  comment on table {{ this }} is 'built by {{ target.name }}'
{% endmacro %}
