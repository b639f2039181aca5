"""Holds hookc's reading of projects against the manifest.json that a real dbt writes of them: no node and no hook may differ, and what is changed in it must be said.

usage: build/dbt/bin/python tests/dbt/manifest.py HOOKC PROJECT...

Each project is parsed in a copy, for DuckDB; one that dbt refuses is counted, and otherwise left alone.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import yaml

PROFILE = "{%s: {target: dev, outputs: {dev: {type: duckdb, path: 'held.duckdb', schema: analytics}}}}\n"


def parse(project):
    """The manifest, or nothing when dbt refuses the project."""
    name = yaml.safe_load((project / "dbt_project.yml").read_text()).get("profile", "default")
    (project / "profiles.yml").write_text(PROFILE % name)
    command = [pathlib.Path(sys.executable).with_name("dbt"), "--quiet", "parse", "--no-partial-parse", "--profiles-dir", ".", "--target-path", "held"]
    subprocess.run(command, cwd=project, env=dict(os.environ, DBT_SEND_ANONYMOUS_USAGE_STATS="false"), capture_output=True, timeout=300)
    manifest = project / "held" / "manifest.json"
    return manifest if manifest.exists() else None


def disagreements(hookc, project, manifest):
    ran = subprocess.run([hookc, "ls", "--manifest", manifest, "--profiles-dir", "."], cwd=project, capture_output=True, text=True, timeout=120)
    if ran.returncode not in (0, 1):
        sys.exit(f"{project}: hookc ls failed\n{ran.stderr}")
    return [line for line in ran.stderr.splitlines() if "dbt's manifest" in line]


def change(manifest):
    """Another text for one hook, and a node less; gives how many disagreements that makes."""
    content = json.loads(manifest.read_text())
    nodes = content["nodes"]
    changed = 0
    for node in nodes.values():
        hooks = node["config"].get("post-hook") if node["resource_type"] == "model" else None
        if hooks:
            hooks[0]["sql"] += " -- changed"
            changed = 1
            break
    models = [key for key, node in nodes.items() if node["resource_type"] == "model" and not (node["config"].get("post-hook"))]
    if models:
        del nodes[models[0]]
        changed += 1
    manifest.write_text(json.dumps(content))
    return changed


def main():
    hookc = pathlib.Path(sys.argv[1]).resolve()
    wrong = held = refused = changes = 0
    with tempfile.TemporaryDirectory() as name:
        for argument in sys.argv[2:]:
            for file in sorted(pathlib.Path(argument).rglob("dbt_project.yml")):
                if "dbt_packages" in file.parts:
                    continue
                project = pathlib.Path(name) / f"p{held + refused}"
                shutil.copytree(file.parent, project, ignore=shutil.ignore_patterns("target", ".git"))
                manifest = parse(project)
                if manifest is None:
                    refused += 1
                    continue
                held += 1
                said = disagreements(hookc, project, manifest)
                wrong += len(said)
                for line in said:
                    print(f"{file.parent}: {line}")
                expected = change(manifest)
                changes += expected
                if len(disagreements(hookc, project, manifest)) != expected + len(said):
                    wrong += 1
                    print(f"{file.parent}: a changed manifest goes unnoticed")
    print(f"{held} projects held against dbt's manifests, {changes} changes to them noticed, {refused} refused by dbt: {wrong} differ")
    sys.exit(1 if wrong or held == 0 or changes == 0 else 0)


if __name__ == "__main__":
    main()
