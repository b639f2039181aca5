-- A comment says what it is for.
{{ config(materialized='table', post_hook="/* the size of each load */ merge into audit.loads as t using (select '{{ this.name }}' as name, count(*) as n, max(id) as last_id, '{{ invocation_id }}' as run from {{ this }}) as s on t.name = s.name when matched then update set n = s.n, last_id = s.last_id, run = s.run when not matched then insert (name, n, last_id, run) values (s.name, s.n, s.last_id, s.run)  {# expect: HK701 #}") }}
select id, amount, name from {{ source('raw', 'orders') }}
