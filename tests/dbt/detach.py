"""Holds the rows that hooks write when hookc runs them around a detached project against those that dbt alone writes.

usage: build/dbt/bin/python tests/dbt/detach.py --hookc PROGRAM --adapter duckdb|postgres

Both are run twice. Needs the environment of tests/adapters/with-postgres for postgres.
"""
import argparse
import collections
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROJECT = """
name: shop
version: '1.0'
profile: shop
# a comment of the project
on-run-start:
  - "create schema if not exists audit"
  - "create table if not exists audit.log (label varchar(200), run_id varchar(50))"
  - "insert into audit.log values ('start', '{{ invocation_id }}')"
macro-paths: [macros]
models:
  shop:
    +pre-hook: "insert into audit.log values ('pre {{ this.identifier }}', '{{ invocation_id }}')"
    +post-hook:
      - "{{ noted(this) }}"
      - {sql: "insert into audit.log values ('outside {{ this.identifier }}', '{{ invocation_id }}')", transaction: false}
on-run-end: "{{ ended(results) }}"
"""
FILES = {
    "dbt_project.yml": PROJECT,
    "macros/audit.sql": """
{% macro noted(relation) %}insert into audit.log select 'post {{ relation.identifier }} ' || count(*), '{{ invocation_id }}' from {{ relation }}{% endmacro %}
{% macro ended(results) %}{% for r in results %}insert into audit.log values ('end {{ r.node.name }} {{ r.status }}', '{{ invocation_id }}');{% endfor %}{% endmacro %}
""",
    "models/one.sql": "{{ config(materialized='table') }} select 1 as a union all select 2",
    "models/marts/two.sql": "select * from {{ ref('one') }}",
    "dbt_packages/helper/dbt_project.yml": "name: helper\nversion: '1.0'\non-run-start: \"insert into audit.log values ('helper', '{{ invocation_id }}')\"\n",
    "dbt_packages/helper/macros/helper.sql": "{% macro helped() %}1{% endmacro %}",
}


class Bench:
    def __init__(self, options):
        self.options = options
        self.dbt = (sys.executable, str(pathlib.Path(sys.executable).parent / "dbt"))

    def make(self, root):
        for name, text in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        if self.options.adapter == "duckdb":
            output = "type: duckdb\n      path: target/shop.duckdb\n      schema: main"
        else:
            output = f"type: postgres\n      host: {os.environ['HOOKC_TEST_POSTGRES']}\n      port: {os.environ['HOOKC_TEST_POSTGRES_PORT']}\n      user: hookc\n      password: none\n      dbname: hookc\n      schema: shop"
            self.query(root, "drop schema if exists audit cascade; drop schema if exists shop cascade; select 1")
        (root / "profiles.yml").write_text(f"shop:\n  target: dev\n  outputs:\n    dev:\n      {output}\n      threads: 1\n")

    def query(self, root, sql):
        if self.options.adapter == "duckdb":
            import duckdb
            with duckdb.connect(str(root / "target" / "shop.duckdb"), read_only=True) as connection:
                return connection.execute(sql).fetchall()
        import psycopg2
        connection = psycopg2.connect(host=os.environ["HOOKC_TEST_POSTGRES"], port=os.environ["HOOKC_TEST_POSTGRES_PORT"], user="hookc", dbname="hookc")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            rows = cursor.fetchall()
        connection.close()
        return rows

    def call(self, root, *command):
        environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_PROFILES_DIR": str(root)}
        done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: status {done.returncode}\n{done.stdout}")

    def rows(self, root):
        """The labels of each run, runs in no order."""
        runs = collections.defaultdict(list)
        for label, run in self.query(root, "select label, run_id from audit.log"):
            runs[run].append(label)
        return sorted(sorted(labels) for labels in runs.values())

    def by_dbt(self, root):
        self.call(root, *self.dbt, "run")

    def by_hookc(self, root):
        hookc, results = self.options.hookc, ("--same-run", "--results", "target/run_results.json")
        self.call(root, hookc, "compile", "--detach", "target/detached")
        self.call(root, hookc, "run", "--phase", "on-run-start")
        self.call(root, hookc, "run", "--phase", "pre-hook", "--same-run")
        self.call(root, *self.dbt, "run", "--project-dir", "target/detached")
        self.call(root, hookc, "run", "--phase", "post-hook", *results)
        self.call(root, hookc, "run", "--phase", "on-run-end", *results)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hookc", required=True)
    parser.add_argument("--adapter", choices=["duckdb", "postgres"], required=True)
    bench = Bench(parser.parse_args())
    found = {}
    for name, run in (("dbt", bench.by_dbt), ("hookc", bench.by_hookc)):
        root = pathlib.Path(tempfile.mkdtemp(prefix="hookc-detach-"))
        bench.make(root)
        for _ in range(2):
            run(root)
        found[name] = bench.rows(root)
        shutil.rmtree(root)
    if len(found["dbt"]) != 2 or len(found["dbt"][0]) != 10:
        sys.exit(f"dbt wrote {found['dbt']}")
    if found["dbt"] != found["hookc"]:
        sys.exit(f"dbt alone wrote   {found['dbt']}\nhookc and dbt wrote {found['hookc']}")
    print(f"{bench.options.adapter}: {sum(map(len, found['dbt']))} rows of two runs, the same")


if __name__ == "__main__":
    main()
