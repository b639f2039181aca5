-- Seven conditions that know nothing of each other: 128 paths. Six of them: 64, which is allowed.
{{ config(
    materialized='table',
    post_hook=[
        "comment on table {{ this }} is 'loaded:{% if env_var('LOAD_ALPHA', 'no') == 'yes' %} alpha{% endif %}{% if env_var('LOAD_BRAVO', 'no') == 'yes' %} bravo{% endif %}{% if env_var('LOAD_CHARLIE', 'no') == 'yes' %} charlie{% endif %}{% if env_var('LOAD_DELTA', 'no') == 'yes' %} delta{% endif %}{% if env_var('LOAD_ECHO', 'no') == 'yes' %} echo{% endif %}{% if env_var('LOAD_FOXTROT', 'no') == 'yes' %} foxtrot{% endif %}{% if env_var('LOAD_GOLF', 'no') == 'yes' %} golf{% endif %}'  {# expect: HK701 HK702 HK801 #}",
        "comment on column {{ this }}.order_id is 'loaded:{% if env_var('LOAD_ALPHA', 'no') == 'yes' %} alpha{% endif %}{% if env_var('LOAD_BRAVO', 'no') == 'yes' %} bravo{% endif %}{% if env_var('LOAD_CHARLIE', 'no') == 'yes' %} charlie{% endif %}{% if env_var('LOAD_DELTA', 'no') == 'yes' %} delta{% endif %}{% if env_var('LOAD_ECHO', 'no') == 'yes' %} echo{% endif %}{% if env_var('LOAD_FOXTROT', 'no') == 'yes' %} foxtrot{% endif %}'  {# expect: HK701 #}"
    ]
) }}

select order_id, amount from {{ source('raw', 'orders') }}
