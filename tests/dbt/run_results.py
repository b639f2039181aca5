"""Holds the run_results.json of `hookc run` against dbt's published schema, and against what dbt itself does with one.

usage: build/dbt/bin/python tests/dbt/run_results.py HOOKC

The run has hooks and models that succeed, fail, warn and are skipped. dbt then reads the file: it selects by its results, which it would not by one of another shape.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import jsonschema
from dbt.artifacts.schemas.results import RunStatus  # noqa: F401  (dbt's modules import each other: this one has to come first)
from dbt.artifacts.schemas.run import RunResultsArtifact

FILES = {
    "dbt_project.yml": """
name: shop
version: '1.0'
profile: shop
on-run-start: ["select 1", "select * from a_table_that_is_not_there"]
on-run-end: ["select 2", "{{ log(results | length, info=true) }}"]
models: {shop: {+post-hook: "select 3"}}
""",
    "hookc.yml": "hooks:\n  - {match: 'on-run-start.shop.1', on_error: warn}\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: target/shop.duckdb, schema: main}}}\n",
    "models/good.sql": "select 1 as a",
    "models/bad.sql": "{{ config(post_hook='selec 1') }} select 1 as a",
    "models/behind.sql": "select * from {{ ref('bad') }}",
}


def run(root, *command):
    environment = {**os.environ, "DBT_PROFILES_DIR": str(root), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    return subprocess.run([str(word) for word in command], cwd=root, env=environment, capture_output=True, text=True, check=False)


def main():
    hookc = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        for file, text in FILES.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text)
        done = run(root, hookc, "run", "--build-models")
        assert done.returncode == 1, done
        file = root / "target" / "hookc-run" / "run_results.json"
        results = json.loads(file.read_text())

        schema = RunResultsArtifact.json_schema()
        assert schema["$id"] == results["metadata"]["dbt_schema_version"], schema["$id"]
        jsonschema.Draft202012Validator(schema).validate(results)
        statuses = {one["unique_id"]: one["status"] for one in results["results"]}
        expected = {"model.shop.good": "success", "model.shop.bad": "error", "model.shop.behind": "skipped"}
        assert {node: statuses[node] for node in expected} == expected, statuses
        assert len(results["results"]) == len(expected) + 4, statuses
        # dbt's own reader refuses another version, and fields that it does not know.
        assert len(RunResultsArtifact.read_and_check_versions(str(file)).results) == len(results["results"])

        # As dbt's `retry` and `build --select result:error` find the nodes again.
        state = root / "state"
        dbt = pathlib.Path(sys.executable).parent / "dbt"
        parsed = run(root, dbt, "parse", "--quiet")
        assert parsed.returncode == 0, parsed
        state.mkdir()
        shutil.copy(root / "target" / "manifest.json", state)
        shutil.copy(file, state)
        for selector, nodes in {"result:error": {"bad"}, "result:error+": {"bad", "behind"}, "result:success": {"good"}}.items():
            listed = run(root, dbt, "ls", "--quiet", "--resource-type", "model", "--output", "name", "--select", selector, "--state", state)
            assert listed.returncode == 0, listed
            assert set(listed.stdout.split()) == nodes, (selector, listed.stdout)


if __name__ == "__main__":
    main()
