-- Runs that took more than five minutes.
select
    run_id,
    target_name,
    duration_seconds / 60.0 as duration_minutes
from {{ target.schema }}.audit_run
where duration_seconds > 300
order by duration_seconds desc
