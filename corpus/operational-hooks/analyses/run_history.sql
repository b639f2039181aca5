-- The ten runs before now, the latest first.
select *
from {{ target.schema }}.audit_run
order by run_started_at desc
limit 10
