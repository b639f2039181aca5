#!/usr/bin/env python3
"""Kills `hookc run` with SIGKILL at many points, resumes, and holds the rows that hooks wrote against what one undisturbed run writes.

usage: kill_runs.py --hookc PROGRAM --query PROGRAM --adapter duckdb|postgres --ledger journal|database [--kills N] [--seed N]

A kill comes when the journal has a drawn number of lines (a step boundary, or the statement after it) and after a drawn pause, so that some fall into statements and
some into commits. With the ledger in the database every row must be there once after `--resume`. With the journal it must be, or the run stops and names the step in
doubt; the step's row is then looked up, `--doubtful` says what was found, and the end must be the same. Needs the environment of tests/adapters/with-postgres for postgres.
"""
import argparse
import collections
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HOOKS = r"""
on-run-start:
  - "create schema if not exists audit"
  - "create table if not exists audit.log (label varchar(50), run_id varchar(50))"
  - "insert into audit.log values ('start', '{{ invocation_id }}')"
  - "insert into audit.log values ('many-1', '{{ invocation_id }}'); insert into audit.log values ('many-2', '{{ invocation_id }}'); insert into audit.log values ('many-3', '{{ invocation_id }}')"
  - "{% do run_query(\"insert into audit.log values ('query-1', '\" ~ invocation_id ~ \"')\") %}{% set r = run_query('select count(*) from audit.log') %}{% if r %}insert into audit.log values ('query-2', '{{ invocation_id }}'){% endif %}"
  - "begin; insert into audit.log values ('own-1', '{{ invocation_id }}'); insert into audit.log values ('own-2', '{{ invocation_id }}'); commit"
  - "insert into audit.log select 'slow', '{{ invocation_id }}' from SLOW"
  - "delete from audit.log where label = 'never'"
on-run-end:
  - "insert into audit.log values ('end', '{{ invocation_id }}')"
models:
  faults:
    +post-hook:
      - "insert into audit.log values ('post-1', '{{ invocation_id }}')"
      - "insert into audit.log values ('post-2', '{{ invocation_id }}')"
      - sql: "insert into audit.log values ('outside', '{{ invocation_id }}')"
        transaction: false
"""
LABELS = ["start", "many-1", "many-2", "many-3", "query-1", "query-2", "own-1", "own-2", "slow", "end", "post-1", "post-2", "outside"]
SLOW = {"duckdb": "(select count(*) as n from range(3000000) a where hash(a.range) % 7 = 1) s", "postgres": "(select pg_sleep(0.1)) s"}


class Bench:
    def __init__(self, options):
        self.options = options
        self.temporary = tempfile.TemporaryDirectory(prefix="hookc-faults-", ignore_cleanup_errors=True)  # goes with the bench
        self.folder = pathlib.Path(self.temporary.name)

    def prepare(self):
        project = self.folder / "project"
        shutil.rmtree(project, ignore_errors=True)
        (project / "models").mkdir(parents=True)
        adapter = self.options.adapter
        (project / "dbt_project.yml").write_text("name: faults\nprofile: faults\nversion: '1'\n" + HOOKS.replace("SLOW", SLOW[adapter]))
        (project / "models" / "one.sql").write_text("{{ config(materialized='table') }} select 1 as a")
        if adapter == "duckdb":
            target = f"type: duckdb\n      path: {project}/target/faults.duckdb\n      schema: main"
        else:
            target = f"type: postgres\n      host: {os.environ['HOOKC_TEST_POSTGRES']}\n      port: {os.environ['HOOKC_TEST_POSTGRES_PORT']}\n      user: hookc\n      dbname: hookc\n      schema: faults"
            self.sql("drop schema if exists audit cascade; drop schema if exists faults cascade; drop schema if exists hookc_runs cascade")
        (project / "profiles.yml").write_text(f"faults:\n  target: dev\n  outputs:\n    dev:\n      {target}\n")
        (project / "hookc.yml").write_text(f"ledger: {self.options.ledger}\nledger-schema: hookc_runs\n")
        return project

    def sql(self, text):
        if self.options.adapter == "postgres":
            psql = [os.environ["HOOKC_TEST_POSTGRES_BIN"] + "/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", os.environ["HOOKC_TEST_POSTGRES"], "-p", os.environ["HOOKC_TEST_POSTGRES_PORT"],
                    "-U", "hookc", "-d", "hookc", "-c", text]
            return subprocess.run(psql, capture_output=True, text=True, check=True, env={**os.environ, "PGOPTIONS": "-c client_min_messages=error"}).stdout
        return subprocess.run([self.options.query, str(self.folder / "project" / "target" / "faults.duckdb"), text, "--csv"], capture_output=True, text=True, check=True).stdout

    def rows(self):
        return collections.Counter(line.split("|")[0].split("\t")[0].strip() for line in self.sql("select label from audit.log").splitlines() if line.strip() in LABELS)

    def start(self, project, *arguments):
        return subprocess.Popen([self.options.hookc, "run", str(project), "--build-models", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def lines(self, project):
        return sum(file.read_bytes().count(b"\n") for file in (project / "target" / "hookc-run").glob("*.jsonl"))

    def run_and_kill(self, project, wanted, pause, *arguments):
        """False when the run had ended before."""
        process = self.start(project, *arguments)
        deadline = time.monotonic() + 30
        while process.poll() is None and self.lines(project) < wanted and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(pause)
        if process.poll() is not None:
            process.communicate()
            return False
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hookc", required=True)
    parser.add_argument("--query", required=True)
    parser.add_argument("--adapter", choices=["duckdb", "postgres"], required=True)
    parser.add_argument("--ledger", choices=["journal", "database"], required=True)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    bench = Bench(options)

    project = bench.prepare()
    process = bench.start(project)
    output, _ = process.communicate(timeout=60)
    if process.returncode != 0:
        sys.exit(f"the undisturbed run failed:\n{output}")
    expected = bench.rows()
    if expected != collections.Counter(LABELS):
        sys.exit(f"the undisturbed run wrote {dict(expected)}")
    most = bench.lines(project)

    kills = stopped = rounds = 0
    wrong = []
    while kills < options.kills:
        rounds += 1
        if rounds > options.kills * 4:
            sys.exit("most runs end before they can be killed")
        project = bench.prepare()
        before = kills
        kills += bench.run_and_kill(project, draw.randrange(0, most), draw.choice([0, 0, 0.001, 0.003, 0.02]))
        if draw.random() < 0.3 and bench.lines(project) > 0 and kills < options.kills:
            kills += bench.run_and_kill(project, bench.lines(project) + draw.randrange(1, 12), 0, "--resume")
        if kills == before:
            continue
        arguments = ["--resume"] if bench.lines(project) > 0 else []
        answer = []
        for _ in range(8):
            process = bench.start(project, *arguments, *answer)
            output, _ = process.communicate(timeout=60)
            answer = []
            if process.returncode == 0:
                break
            if "there is no run to resume" in output and "has ended with success" in output:
                break
            doubt = re.search(r"step (\d+) of `([^`]+)` was sent before the run broke off", output)
            if doubt is None:
                wrong.append(f"round {rounds}: status {process.returncode}\n{output}")
                break
            stopped += 1
            if options.ledger == "database":
                wrong.append(f"round {rounds}: in doubt with the ledger in the database\n{output}")
                break
            hook, step = doubt.group(2), int(doubt.group(1))
            label = {"on-run-start.faults.2": ["start"], "on-run-start.faults.3": ["many-1", "many-2", "many-3"], "on-run-start.faults.4": ["query-1", "query-2"], "on-run-start.faults.5": ["own-1", "own-2"],
                     "on-run-start.faults.6": ["slow"], "on-run-end.faults.0": ["end"], "one.post-hook.0": ["post-1"], "one.post-hook.1": ["post-2"], "one.post-hook.2": ["outside"]}[hook][step - 1]
            answer = ["--doubtful", "done" if bench.rows()[label] > 0 else "repeat"]
        else:
            wrong.append(f"round {rounds}: it never ends")
        found = bench.rows()
        if found != expected:
            wrong.append(f"round {rounds}: rows {dict(found - expected)} too many, {dict(expected - found)} missing (kept in {bench.folder})")
    print(f"| {options.adapter} | {options.ledger} | {kills} | {rounds} | {stopped} | {len(wrong)} |")
    for one in wrong[:5]:
        print(one)
    if not wrong:
        shutil.rmtree(bench.folder, ignore_errors=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
