"""Holds the names that a node's hook sees, and their errors, against a real dbt's: expressions of context.txt, each logged by the post-hook of a model of its own.

usage: build/dbt/bin/python tests/dbt/context.py HOOKC

Both run the same project on a DuckDB database of their own. A value has to be the same bytes; an error has to be one in both, and hookc's message has to hold dbt's
first line (what dbt says where Python itself fails is not asked for).
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

EXPRESSIONS = pathlib.Path(__file__).with_name("context.txt")
PROJECT = """name: shop
version: '1.0'
profile: shop
vars: {declared: value, nested: {a: 1}, a_list: [1, two], rendered: "{{ 1 + 1 }}"}
models: {shop: {+tags: [all], +meta: {owner: me}}}
"""
PROFILES = "shop: {target: dev, outputs: {dev: {type: duckdb, path: %s.duckdb, schema: main, threads: 1}}}\n"
MACROS = """{% macro default__own_variant() %}default variant{% endmacro %}
{% macro duckdb__own_variant() %}duckdb variant{% endmacro %}
{% macro own_variant_plain() %}plain{% endmacro %}
"""


def write(folder, name, expressions):
    files = {"dbt_project.yml": PROJECT, "profiles.yml": PROFILES % name, "macros/own.sql": MACROS, "seeds/numbers.csv": "n\n1\n",
             "models/sources.yml": "sources: [{name: raw, schema: main, tables: [{name: things, identifier: the_things}]}]\n"}
    for number, expression in expressions.items():
        hook = "{{ log('K%s [[' ~ (%s) ~ ']]', info=true) }}" % (number, expression)
        files[f"models/m{number}.sql"] = "-- depends_on: {{ ref('numbers') }}\n{{ config(post_hook=%s) }} select 1 as one" % json.dumps(hook)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def answers(folder, command, results):
    """By number: (a value, or nothing, an error's message)."""
    environment = dict(os.environ, DBT_SEND_ANONYMOUS_USAGE_STATS="false", DBT_ENV_SECRET_THING="hidden", DBT_ENV_CUSTOM_ENV_TEAM="blue")
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
    said = ran.stdout + ran.stderr
    found = {number: (value, None) for number, value in re.findall(r"K(\d{3}) \[\[(.*?)\]\]", said, re.DOTALL)}
    file = folder / results
    if not file.exists():
        sys.exit(f"{command} left no results:\n{said[-3000:]}")
    for result in json.loads(file.read_text())["results"]:
        number = result["unique_id"].rsplit(".m", 1)[-1]
        if result["status"] == "error" and number.isdigit():
            found[number] = (None, result["message"])
    return found


def refusals(folder, expressions):
    """Expressions that dbt refuses while it parses, by number: found by leaving them out until it does not."""
    refused = {}
    command = [pathlib.Path(sys.executable).with_name("dbt"), "--quiet", "--no-use-colors", "parse", "--no-partial-parse", "--profiles-dir", "."]
    for _ in range(len(expressions)):
        ran = subprocess.run(command, cwd=folder, env=dict(os.environ, DBT_SEND_ANONYMOUS_USAGE_STATS="false", DBT_ENV_SECRET_THING="hidden"), capture_output=True, text=True, timeout=120)
        if ran.returncode == 0:
            return refused
        named = re.search(r"\bm(\d{3})\b", ran.stdout)
        number = named[1] if named else next(iter(expressions)) if len(expressions) == 1 else None
        if number is None or number in refused:
            sys.exit(f"dbt cannot parse the project:\n{ran.stdout[-3000:]}")
        refused[number] = ran.stdout
        (folder / "models" / f"m{number}.sql").unlink()
    return refused


def essence(message):
    """dbt's own words out of a message: the first line that is indented."""
    lines = [line.strip() for line in message.splitlines()[1:] if line.startswith("  ")] or [message.strip()]
    return lines[0]


def main():
    hookc = pathlib.Path(sys.argv[1]).resolve()
    dbt = pathlib.Path(sys.executable).with_name("dbt")
    lines = [line for line in EXPRESSIONS.read_text().splitlines() if line and not line.startswith("#")]
    expressions = {f"{number:03}": line.removeprefix("! ") for number, line in enumerate(lines)}
    alone = {f"{number:03}" for number, line in enumerate(lines) if line.startswith("! ")}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder / "dbt", "shop", {number: line for number, line in expressions.items() if number not in alone})
        refused = refusals(folder / "dbt", expressions)
        for number in alone:
            write(folder / f"dbt{number}", "shop", {number: expressions[number]})
            refused |= refusals(folder / f"dbt{number}", {number: expressions[number]})
        kept = {number: line for number, line in expressions.items() if number not in refused}
        expected = answers(folder / "dbt", [dbt, "--no-use-colors", "build", "--profiles-dir", "."], "target/run_results.json")
        write(folder / "hookc", "shop", kept)
        actual = answers(folder / "hookc", [hookc, "run", "--build-models", "--profiles-dir", ".", "--log-format", "text"], "target/hookc-run/run_results.json")
        for number in refused:
            own = folder / number
            write(own, "shop", {number: expressions[number]})
            ran = subprocess.run([hookc, "ls", "--profiles-dir", "."], cwd=own, env=dict(os.environ, DBT_ENV_SECRET_THING="hidden"), capture_output=True, text=True, timeout=60)
            expected[number] = (None, refused[number])
            actual[number] = (None, ran.stderr) if ran.returncode == 1 else ("not refused", None)
    wrong = 0
    for number, expression in expressions.items():
        want, got = expected.get(number), actual.get(number)
        is_same = want is not None and got is not None and want[0] == got[0] and (want[1] is None or essence(want[1]) in got[1])
        if not is_same:
            wrong += 1
            print(f"{expression}\n  dbt   {want}\n  hookc {got}")
    print(f"{len(expressions)} expressions, {len(refused)} of them refused by dbt while it parses: {wrong} differ")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
