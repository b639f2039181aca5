{% macro mark(label) %}insert into trail select coalesce(max(place), 0) + 1, '{{ label }}' from trail{% endmacro %}

{% macro mark_by_query(label) %}
  {% if execute %}
    {% set places = run_query("select max(place) from trail") %}
    {% do run_query(mark(label ~ (' after something' if places.columns[0].values()[0] else ' after nothing'))) %}
  {% endif %}
  {{ return('') }}
{% endmacro %}
