{% macro helper_mark(label) %}insert into trail select coalesce(max(place), 0) + 1, '{{ label }}' from trail{% endmacro %}
