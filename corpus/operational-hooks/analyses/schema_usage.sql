-- Which schemas were written to in the last thirty days.
select
    target_schema,
    count(*) as run_count
from {{ target.schema }}.audit_run
where run_started_at > current_date - 30
group by 1
order by 2 desc
