"""Holds hookc's own macros of the package `dbt` against those of a real dbt: the same calls have to print the same bytes.

usage: build/dbt/bin/python tests/dbt/macros.py HOOKC {duckdb,postgres} [HOOKC_SURVEY]

With HOOKC_SURVEY hookc takes dbt's own macros (`--dbt-macros`), all of which it must be able to parse. The calls are those of macros.txt, one a line. dbt compiles a model for each, hookc a post-hook of the same model; nothing is sent to a database.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

CALLS = pathlib.Path(__file__).with_name("macros.txt")
PROJECT = "name: shop\nversion: '1.0'\nprofile: shop\n"
PROFILES = """shop:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: ':memory:', schema: main}
    postgres: {type: postgres, host: localhost, port: 1, user: ann, password: '', dbname: shop, schema: public}
"""


def project(folder, models):
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILES)
    for name, text in models.items():
        (folder / "models" / f"{name}.sql").write_text(text)
    return folder


def between(text):
    return text[text.index("[[") + 2:text.rindex("]]")]


def dbt_answers(folder, target, calls):
    models = {name: "[[{{ %s }}]]" % call for name, call in calls.items()}
    project(folder, models)
    subprocess.run([pathlib.Path(sys.executable).with_name("dbt"), "compile", "--target", target, "--profiles-dir", ".", "--no-populate-cache", "--no-introspect"],
                   cwd=folder, env=dict(os.environ, DBT_SEND_ANONYMOUS_USAGE_STATS="false"), stdout=subprocess.DEVNULL, timeout=600)
    compiled = folder / "target" / "compiled" / "shop" / "models"
    return {name: between((compiled / f"{name}.sql").read_text()) if (compiled / f"{name}.sql").exists() else None for name in models}


def hookc_answers(hookc, folder, target, calls, options):
    answers = {}
    for name, call in calls.items():  # each in a project of its own: nothing is written where one hook cannot be compiled
        own = project(folder / name, {name: "{{ config(post_hook=%s) }} select 1" % json.dumps("[[{{ %s }}]]" % call)})
        subprocess.run([hookc, "compile", "--target", target, "--profiles-dir", ".", "--out", "out", *options], cwd=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        texts = [file.read_text() for file in own.glob("out/**/*.sql")]
        answers[name] = next((between(text) for text in texts if "[[" in text), None)
    return answers


def unparsable(survey, folder, options):
    """How many of dbt's macros hookc cannot parse, each said."""
    project(folder, {})
    row = json.loads(subprocess.run([survey, ".", "--errors", *options], cwd=folder, capture_output=True, text=True, timeout=60).stdout)
    for problem in row["problems"]:
        print(problem)
    print(f"{row['macros']} macros of dbt, {row['broken_macros']} of them not parsed")
    return row["broken_macros"] if row["macros"] > 400 else 1


def main():
    hookc, target = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    options = ["--dbt-macros", sys.prefix] if len(sys.argv) > 3 else []
    lines = [line for line in CALLS.read_text().splitlines() if line and not line.startswith("#")]
    calls = {f"m{number:03}": line for number, line in enumerate(lines)}
    with tempfile.TemporaryDirectory() as name:
        expected = dbt_answers(pathlib.Path(name) / "dbt", target, calls)
        actual = hookc_answers(hookc, pathlib.Path(name) / "hookc", target, calls, options)
        wrong = unparsable(pathlib.Path(sys.argv[3]).resolve(), pathlib.Path(name) / "none", options) if options else 0
    for model, call in calls.items():
        if expected[model] != actual[model]:
            wrong += 1
            print(f"{call}\n  dbt   {expected[model]!r}\n  hookc {actual[model]!r}")
    refused = sum(answer is None for answer in expected.values())
    print(f"{len(calls)} calls on {target}, {refused} of them refused by dbt: {wrong} differ")
    sys.exit(1 if wrong or refused > len(calls) / 4 else 0)


if __name__ == "__main__":
    main()
