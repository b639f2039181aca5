"""Holds the names that a node's hook sees, and their errors, against a real dbt's: the expressions of context.json, each logged by the post-hook of a model of its own.

usage: python3 tests/dbt/context.py HOOKC
       build/dbt/bin/python tests/dbt/context.py --update

context.json has dbt's answers, `value` or `error`, beside the expressions; --update asks dbt for them anew, on DuckDB, and needs some minutes. A value has to be the
same bytes. An error has to be one in hookc too, and hookc's message has to hold dbt's first line; where that line is Python's own, `python` is set and the words are free.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ANSWERS = pathlib.Path(__file__).with_name("context.json")
PROJECT = """name: shop
version: '1.0'
profile: shop
vars: {declared: value, nested: {a: 1}, a_list: [1, two], rendered: "{{ 1 + 1 }}"}
models: {shop: {+tags: [all], +meta: {owner: me}}}
"""
PROFILES = "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: main, threads: 1}}}\n"
MACROS = """{% macro default__own_variant() %}default variant{% endmacro %}
{% macro duckdb__own_variant() %}duckdb variant{% endmacro %}
{% macro own_variant_plain() %}plain{% endmacro %}
"""
VARIABLES = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_ENV_SECRET_THING": "hidden", "DBT_ENV_CUSTOM_ENV_TEAM": "blue"}


def write(folder, expressions):
    files = {"dbt_project.yml": PROJECT, "profiles.yml": PROFILES, "macros/own.sql": MACROS, "seeds/numbers.csv": "n\n1\n",
             "models/sources.yml": "sources: [{name: raw, schema: main, tables: [{name: things, identifier: the_things}]}]\n"}
    for number, expression in expressions.items():
        hook = "{{ log('K%s «' ~ (%s) ~ '»', info=true) }}" % (number, expression)
        files[f"models/{number}.sql"] = "-- depends_on: {{ ref('numbers') }}\n{{ config(post_hook=%s) }} select 1 as one" % json.dumps(hook)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def logged(text):
    return {number: {"value": value} for number, value in re.findall(r"K(m\d{3}) «(.*?)»", text, re.DOTALL)}


def essence(message):
    """dbt's own words out of a message: the first line that is indented, or the only one."""
    lines = [line.strip() for line in message.splitlines()[1:] if line.startswith("  ")] or [message.strip()]
    return lines[0]


# ------------------------------------------------------------------------------------------------------------------------ dbt


def ask_dbt(folder, expressions):
    """dbt's answers. What it refuses while it parses is left out, one after the other, until the rest can be run."""
    from dbt.artifacts.schemas.results import RunStatus  # noqa: F401  (dbt's modules import each other: this one has to come first)
    from dbt.cli.main import dbtRunner

    os.environ.update(VARIABLES)
    answers = {}
    options = ["parse", "--no-partial-parse", "--quiet", "--no-use-colors", "--project-dir", str(folder), "--profiles-dir", str(folder)]
    while True:
        refusal = dbtRunner().invoke(options).exception
        if refusal is None:
            break
        named = re.search(r"\bm\d{3}\b", str(refusal))
        number = named[0] if named else None
        if number is None or number in answers:
            sys.exit(f"dbt cannot parse the project: {refusal}")
        answers[number] = {"error": essence(str(refusal))}
        (folder / "models" / f"{number}.sql").unlink()
    command = [pathlib.Path(sys.executable).with_name("dbt"), "--no-use-colors", "run", "--profiles-dir", "."]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900)
    answers |= logged(ran.stdout)
    for result in json.loads((folder / "target" / "run_results.json").read_text())["results"]:
        if result["status"] == "error":
            answers[result["unique_id"].rsplit(".", 1)[-1]] = {"error": essence(result["message"])}
    return answers


def update(rows):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        expressions = {f"m{number:03}": row["expression"] for number, row in enumerate(rows) if not row.get("fixed")}
        answers = ask_dbt(write(folder, expressions), expressions)
    for number, expression in expressions.items():
        row = rows[int(number[1:])]
        if number not in answers:
            sys.exit(f"dbt says nothing of `{expression}`")
        row.pop("value", None)
        row.pop("error", None)
        row |= answers[number]
    ANSWERS.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")


# ------------------------------------------------------------------------------------------------------------------------ hookc


def run_hookc(hookc, folder):
    ran = subprocess.run([hookc, "run", "--build-models", "--dbt-compat", "1.11", "--profiles-dir", "."], cwd=folder, env=os.environ | VARIABLES, capture_output=True, text=True, timeout=300)
    return ran.returncode, ran.stdout + ran.stderr


def ask_hookc(hookc, folder, values, errors):
    """hookc's answers: those with a value in one run, each of the others in one of its own."""
    write(folder / "values", values)
    answers = {}
    while True:
        status, said = run_hookc(hookc, folder / "values")
        answers |= logged(said)
        refused = dict(re.findall(r"models/(m\d{3})\.sql:\d+:\d+: error: (.*)", said)) if status == 2 else {}
        for number, message in refused.items():
            answers[number] = {"error": message}
            (folder / "values" / "models" / f"{number}.sql").unlink()
        if status != 2:
            break
        if not refused:
            sys.exit(f"hookc cannot run the project:\n{said}")
    for number, expression in errors.items():
        status, said = run_hookc(hookc, write(folder / number, {number: expression}))
        answers[number] = {"error": said} if status != 0 else logged(said).get(number, {"value": None})
    return answers


def main():
    rows = json.loads(ANSWERS.read_text())
    if sys.argv[1:] == ["--update"]:
        return update(rows)
    hookc = pathlib.Path(sys.argv[1]).resolve()
    values = {f"m{number:03}": row["expression"] for number, row in enumerate(rows) if "value" in row}
    errors = {f"m{number:03}": row["expression"] for number, row in enumerate(rows) if "error" in row}
    with tempfile.TemporaryDirectory() as name:
        answers = ask_hookc(hookc, pathlib.Path(name), values, errors)
    wrong = 0
    for number, row in enumerate(rows):
        answer = answers.get(f"m{number:03}", {})
        if "value" in row:
            is_same = answer.get("value") == row["value"]
        else:
            is_same = "error" in answer and (row.get("python", False) or row["error"] in answer["error"])
        if is_same:
            continue
        wrong += 1
        print(f"{row['expression']}\n  dbt   {row.get('value', row.get('error'))!r}\n  hookc {answer.get('value', answer.get('error'))!r}")
    print(f"{len(rows)} expressions, {len(errors)} of them errors: {wrong} differ")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
