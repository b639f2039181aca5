#!/usr/bin/env python3
"""Compares what lint finds in hooks of public projects with what a reader expected there (labels.json).

usage: tally.py HOOKC FOLDER LABELS...      FOLDER holds the projects, each in a folder named owner+repository

The hooks were drawn (draw.py) by the seed that LABELS name; the labels were written by reading hooks and macros, before lint had run on them. They name errors and warnings
that say something is wrong; what counts words and branches (HK6xx, HK7xx) is an info. A label that was corrected afterwards says why.
"""
import collections
import json
import pathlib
import subprocess
import sys


def findings_in(hookc, folder):
    done = subprocess.run([hookc, "lint", "--format", "json"], cwd=folder, capture_output=True, text=True)
    codes = collections.defaultdict(dict)
    for finding in json.loads(done.stdout)["findings"]:
        if finding["severity"] != "info":
            for hook in [finding["hook"], *finding["also"]]:
                codes[hook].setdefault(finding["code"], f"{finding['file']}:{finding['line']}: {finding['message']}")
    return codes


def main():
    hookc, projects = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    found = {}
    for labels in sys.argv[3:]:
        tally(hookc, projects, labels, found)


def tally(hookc, projects, labels, found):
    hooks = json.loads(pathlib.Path(labels).read_text())["hooks"]
    right, extra, missing, clean = 0, 0, 0, 0
    for hook in hooks:
        folder = projects / hook["project"]
        if folder not in found:
            found[folder] = findings_in(hookc, folder)
        got, expected = found[folder].get(hook["hook"], {}), set(hook["expected"])
        right += len(expected & set(got))
        clean += not expected and not got
        for code in sorted(set(got) - expected):
            extra += 1
            print(f"unexpected: {hook['project']} {hook['hook']} {code} {got[code]}")
        for code in sorted(expected - set(got)):
            missing += 1
            print(f"missing: {hook['project']} {hook['hook']} {code}")
    print(f"{labels}: {len(hooks)} hooks, {right} findings as expected, {extra} unexpected, {missing} missing; {clean} hooks rightly silent")
    print(f"precision {100 * right / max(right + extra, 1):.0f} %, recall {100 * right / max(right + missing, 1):.0f} %")


if __name__ == "__main__":
    main()
