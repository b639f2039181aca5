-- Runs in which at least one model failed.
select *
from {{ target.schema }}.audit_run
where models_failed > 0
order by run_started_at desc
