{% for row in rows %}
{%- if row.active and row.amount > 10 -%}
({{ row.id }}, '{{ row.name | trim | upper }}', {{ row.amount | round(2) }}, '{{ row.note | default('none') | replace("'", "''") }}'){{ ',' if not loop.last }}
{% endif %}
{%- endfor %}
