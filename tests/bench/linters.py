#!/usr/bin/env python3
"""Lints the same hook SQL with hookc, sqlfluff and sqruff: each a whole process, the best of some rounds, in one table.

usage: linters.py HOOKC SQLFLUFF SQRUFF [HOOKS]     HOOKS: how many hooks; 300 by default

The SQL is what hooks send: audit rows, grants, indexes, comments, deletes, merges. sqlfluff and sqruff get one file for each hook, with no templating to do; hookc gets
the same texts as hooks of a dbt project, and renders them before it lints.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

kRounds = 3
kTexts = [
    "insert into audit.run_log (run_id, model, finished_at) values ('r{i}', 'orders_{i}', current_timestamp)",
    "grant select on analytics.orders_{i} to reporter, analyst",
    "create index if not exists orders_{i}_customer on analytics.orders_{i} (customer_id, ordered_at)",
    "comment on table analytics.orders_{i} is 'orders of shop {i}, one row each'",
    "delete from analytics.orders_{i} where ordered_at < current_date - interval '{i} days' and status in ('void', 'test')",
    "update ops.job_control set last_run_at = (select max(updated_at) from analytics.orders_{i}) where job = 'orders_{i}'",
    "create or replace function udfs.cents_{i}(amount numeric) returns numeric language sql as $$ select amount / 100 $$",
    "merge into ops.watermarks as t using (select 'orders_{i}' as model, max(updated_at) as hwm from analytics.orders_{i}) as s on t.model = s.model "
    "when matched then update set hwm = s.hwm when not matched then insert (model, hwm) values (s.model, s.hwm)",
    "insert into marts.totals_{i} (region, amount) select c.region, sum(o.amount) from analytics.orders_{i} as o join analytics.customers as c on c.id = o.customer_id "
    "where o.status <> 'void' group by c.region",
    "alter table analytics.orders_{i} add constraint orders_{i}_amount check (amount >= 0)",
]


def run(command, folder):
    """Seconds and MiB of the best of some rounds."""
    best, peak = float("inf"), 0
    for _ in range(kRounds):
        begin = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        best, peak = min(best, time.perf_counter() - begin), max(peak, usage.ru_maxrss / 1024)
        if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: there are findings
            sys.exit(f"{command[0]} failed with status {os.waitstatus_to_exitcode(status)}")
    return best, peak


def main():
    hookc, sqlfluff, sqruff = (str(pathlib.Path(name).resolve()) for name in sys.argv[1:4])
    texts = [kTexts[i % len(kTexts)].format(i=i) for i in range(int(sys.argv[4]) if len(sys.argv) > 4 else 300)]
    size = sum(map(len, texts))
    with tempfile.TemporaryDirectory() as name:
        files, project = pathlib.Path(name) / "files", pathlib.Path(name) / "project"
        files.mkdir()
        project.mkdir()
        for i, text in enumerate(texts):
            (files / f"{i:04}.sql").write_text(text + "\n")
        (files / ".sqlfluff").write_text("[sqlfluff]\ndialect = postgres\ntemplater = raw\n")
        hooks = "".join(f"  - {json.dumps(text)}\n" for text in texts)
        (project / "dbt_project.yml").write_text(f"name: shop\nversion: '1.0'\nprofile: shop\non-run-start:\n{hooks}")
        rows = [("hookc", *run([hookc, "lint", "--dialect", "postgres"], project)), ("sqruff", *run([sqruff, "lint", "."], files)),
                ("sqlfluff", *run([sqlfluff, "lint", "--processes", "0", "."], files))]
    print(f"{len(texts)} hooks, {size / 1000:.0f} kB of SQL")
    for linter, seconds, peak in rows:
        print(f"{linter:10} {1000 * seconds:9.1f} ms {size / seconds / 1e6:9.3f} MB/s {peak:6.0f} MiB   hookc is {seconds / rows[0][1]:7.1f} times as fast")


if __name__ == "__main__":
    main()
