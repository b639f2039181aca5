#!/usr/bin/env python3
"""Draws hooks of public projects for a reader to label, before anybody has run lint on them.

usage: draw.py HOOKC FOLDER SEED [LABELS...]      FOLDER holds the projects, each in a folder named owner+repository

Hooks with the same text count once, those with a text that LABELS name already not at all, and no repository gives more than kMost. Prints the head of a file of labels.
"""
import collections
import json
import pathlib
import random
import subprocess
import sys

kMost = 6


def hooks_of(hookc, folder):
    done = subprocess.run([hookc, "ls", "--format", "json"], cwd=folder, capture_output=True, text=True)
    return json.loads(done.stdout)["hooks"] if done.stdout else []


def main():
    hookc, projects, seed = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    labelled = {(hook["project"], hook["hook"]) for name in sys.argv[4:] for hook in json.loads(pathlib.Path(name).read_text())["hooks"]}
    texts, known = collections.defaultdict(dict), collections.defaultdict(set)
    for file in sorted(projects.glob("**/dbt_project.yml")):
        if {"dbt_packages", "node_modules"} & set(file.parts):
            continue
        project = str(file.parent.relative_to(projects))
        repository = project.split("/")[0]
        for hook in hooks_of(hookc, file.parent):
            if not hook["enabled"]:
                continue
            text = " ".join(hook["text"].split())
            texts[repository].setdefault(text, (project, hook["id"]))
            if (project, hook["id"]) in labelled:
                known[repository].add(text)
    chance = random.Random(seed)
    rows = []
    for repository in sorted(texts):
        open_texts = sorted(text for text in texts[repository] if text not in known[repository])
        chance.shuffle(open_texts)
        rows += [texts[repository][text] for text in open_texts[:kMost]]
    print(json.dumps({"seed": seed, "hooks": [{"project": project, "hook": hook, "expected": []} for project, hook in rows]}, indent=1))


if __name__ == "__main__":
    main()
