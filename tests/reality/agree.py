#!/usr/bin/env python3
"""Compares lint's verdicts with what databases did (facts.json).

usage: agree.py HOOKC [--facts FILE] [--verbose]

Every statement that a database took must get the verdict that reality has, or `unknown`, and at most 5 % of a database's may be unknown. One kind of difference is counted apart: an INSERT into a table whose key stands in no hook is said
to add its rows once more, where the database refuses them.
"""
import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
WORST = ("fails-again", "drifts", "unknown", "idempotent")


def verdict_of(hookc, dialect, sql):
    done = subprocess.run([hookc, "lint", "-", "--dialect", dialect, "--format", "json", "--statements"], input=sql, capture_output=True, text=True)
    statements = json.loads(done.stdout)["statements"]
    found = {statement["rerun"] for statement in statements}
    # what an earlier statement of the same text repairs is its own verdict's business: the text is as good as its worst statement
    return next((word for word in WORST if word in found), "idempotent")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("hookc")
    parser.add_argument("--facts", default=str(HERE / "facts.json"))
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    failed = False
    for dialect, facts in sorted(json.loads(pathlib.Path(options.facts).read_text()).items()):
        taken = {sql: fact for sql, fact in facts.items() if fact != "refused"}
        verdicts = {sql: verdict_of(options.hookc, dialect, sql) for sql in taken}
        unseen = {sql for sql in taken if sql.startswith("insert into") and taken[sql] == "fails-again" and verdicts[sql] == "drifts"}
        wrong = {sql for sql in taken if verdicts[sql] not in (taken[sql], "unknown")} - unseen
        unknown = {sql for sql in taken if verdicts[sql] == "unknown"}
        agreed = len(taken) - len(wrong) - len(unknown) - len(unseen)
        print(f"{dialect}: {len(taken)} statements, {agreed} agree, {len(unknown)} unknown ({100 * len(unknown) / len(taken):.1f} %), {len(unseen)} by an unseen key, {len(wrong)} wrong; {len(facts) - len(taken)} refused by the database")
        for sql in sorted(wrong):
            print(f"  wrong: {sql}\n    the database: {taken[sql]}, hookc: {verdicts[sql]}")
        if options.verbose:
            for sql in sorted(unknown):
                print(f"  unknown: {sql}\n    the database: {taken[sql]}")
        failed = failed or bool(wrong) or len(unknown) > 0.05 * len(taken)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
