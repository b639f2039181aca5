{% for i in range(10000) %}{% if i % 2 == 0 %}{{ i }}{% else %}.{% endif %}{% endfor %}
