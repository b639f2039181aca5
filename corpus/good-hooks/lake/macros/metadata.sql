{# A package that keeps what the graph says. #}
{% macro fill_from_graph() %}
  {% if execute %}
    {% for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') %}
      {% call statement('fill', fetch_result=False) %}
        insert into {{ this }} values ('{{ node.name }}', '{{ node.resource_type }}')
      {% endcall %}
    {% endfor %}
  {% endif %}
{% endmacro %}
