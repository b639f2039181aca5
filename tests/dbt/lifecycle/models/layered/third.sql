{{ config(materialized='view', pre_hook=["", "{% if false %}{{ mark('never') }}{% endif %}", "{{ mark('before third; one') }}; {{ mark('before third; two') }};"]) }}
select * from {{ ref('second') }}
