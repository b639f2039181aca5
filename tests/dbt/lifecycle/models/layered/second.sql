{{ config(
    materialized='incremental',
    pre_hook=["{{ mark('before second, of its config, ' ~ ('again' if is_incremental() else 'anew')) }}", {"sql": "{{ mark('before second, outside') }}", "transaction": false}],
    post_hook=[after_commit("{{ mark('after second, after the commit') }}"), "{{ mark('after second, of its config') }}"]
) }}
select * from {{ ref('first') }}
{% if is_incremental() %}where id > 1{% endif %}
