-- How often the project runs, day by day.
select
    cast(run_started_at as date) as run_date,
    count(*) as run_count,
    avg(thread_count) as avg_threads
from {{ target.schema }}.audit_run
group by 1
order by 1 desc
