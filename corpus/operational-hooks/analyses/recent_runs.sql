-- The runs of the last seven days.
select *
from {{ target.schema }}.audit_run
where run_started_at > current_date - 7
order by run_started_at desc
