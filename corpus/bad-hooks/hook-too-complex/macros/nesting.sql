{% macro nested_deeply() %}  {# expect: HK601 HK702 #}
  {% if execute %}
    {% if target.name == 'prod' %}
      {% for result in results %}
        {% if result.status == 'error' %}
          {% if result.node.resource_type == 'model' %}
            {% if result.failures %}
              {{ log(result.node.name) }}
            {% endif %}
          {% endif %}
        {% endif %}
      {% endfor %}
    {% endif %}
  {% endif %}
{% endmacro %}


{% macro nested_four_deep() %}  {# expect: HK601 #}
  {% if execute %}
    {% if target.name == 'prod' %}
      {% for result in results %}
        {% if result.status == 'error' %}
          {{ log(result.node.name) }}
        {% endif %}
      {% endfor %}
    {% endif %}
  {% endif %}
{% endmacro %}


{# A loop over a literal and a long CASE are one way through. #}
{% macro long_and_plain() %}  {# expect: HK601 #}
  {% set steps = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n'] %}
  update ops.run_log
  set remark = case step_name
      {% for step in steps %}
      when '{{ step }}' then 'step {{ step }}'
      {% endfor %}
      else 'no step'
  end
  where run_id = '{{ invocation_id }}' and node_name = '{{ project_name }}'
{% endmacro %}
