"""Runs the project beside this file with a real dbt and with hookc, twice each on a database of its own, and compares what their hooks left behind.

usage: build/dbt/bin/python tests/dbt/lifecycle.py HOOKC {duckdb,postgres}

Every hook writes where it stood in the order of all hooks, so the rows are the order: of phases, of levels of configuration, of transactions.
For PostgreSQL the server is the one that tests/adapters/with-postgres starts.
"""

import difflib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).parent / "lifecycle"
RUNS = 2  # the second finds what the first has built


def make_database(target, name, folder):
    """(the database as the profile names it, a file that the database can write)."""
    if target == "duckdb":
        return folder / "lifecycle.duckdb", folder / "trail.csv"
    subprocess.run([pathlib.Path(os.environ["HOOKC_TEST_POSTGRES_BIN"]) / "createdb", "--host", os.environ["HOOKC_TEST_POSTGRES"],
                    "--port", os.environ["HOOKC_TEST_POSTGRES_PORT"], "--username", "hookc", name], check=True)
    return name, pathlib.Path(os.environ["HOOKC_TEST_POSTGRES_DATA"]) / f"{name}.csv"


def trail_of(name, command, target, folder):
    """The labels that `command` left behind, in order; it is run in a copy of the project."""
    copy = folder / name
    shutil.copytree(PROJECT, copy)
    database, trail = make_database(target, f"lifecycle_{name}", copy)
    environment = dict(os.environ, LIFECYCLE_DATABASE=str(database), DBT_SEND_ANONYMOUS_USAGE_STATS="false")
    whole = [*command, "--profiles-dir", ".", "--target", target, "--vars", "{trail: '%s'}" % trail]
    for _ in range(RUNS):
        ran = subprocess.run(whole, cwd=copy, env=environment, capture_output=True, text=True, timeout=300)
        if ran.returncode != 0:
            sys.exit(f"{name} failed with status {ran.returncode}:\n{ran.stdout}\n{ran.stderr}")
    return trail.read_text().splitlines()


def main():
    hookc, target = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    dbt = pathlib.Path(sys.executable).with_name("dbt")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        expected = trail_of("dbt", [dbt, "run"], target, folder)
        actual = trail_of("hookc", [hookc, "run", "--build-models"], target, folder)
    differences = list(difflib.unified_diff(expected, actual, "dbt", "hookc", lineterm=""))
    print("\n".join(differences) if differences else f"{len(expected)} hooks, in the same order")
    sys.exit(1 if differences or len(expected) < 50 else 0)


if __name__ == "__main__":
    main()
