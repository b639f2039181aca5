#!/usr/bin/env python3
"""Draws hooks of public projects for a reader to label, before anybody has run lint on them.

usage: draw.py HOOKC FOLDER SEED [--most N] [--count N] [LABELS...]      FOLDER holds the projects, each in a folder named owner+repository

Hooks with the same text count once, those with a text that LABELS name already not at all, and no repository gives more than `--most`; of what is drawn so, `--count` are kept,
by chance too. Prints the head of a file of labels.
"""
import argparse
import collections
import json
import pathlib
import random
import subprocess


def hooks_of(hookc, folder):
    done = subprocess.run([hookc, "ls", "--format", "json"], cwd=folder, capture_output=True, text=True)
    return json.loads(done.stdout)["hooks"] if done.stdout else []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("hookc", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("seed", type=int)
    parser.add_argument("labels", nargs="*", type=pathlib.Path)
    parser.add_argument("--most", type=int, default=6)
    parser.add_argument("--count", type=int)
    options = parser.parse_args()
    hookc, projects = options.hookc.resolve(), options.folder
    labelled = {(hook["project"], hook["hook"]) for name in options.labels for hook in json.loads(name.read_text())["hooks"]}
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
    chance = random.Random(options.seed)
    rows = []
    for repository in sorted(texts):
        open_texts = sorted(text for text in texts[repository] if text not in known[repository])
        chance.shuffle(open_texts)
        rows += [texts[repository][text] for text in open_texts[:options.most]]
    if options.count is not None and options.count < len(rows):
        rows = sorted(chance.sample(rows, options.count))
    print(json.dumps({"seed": options.seed, "most": options.most, "count": options.count, "hooks": [{"project": project, "hook": hook, "expected": []} for project, hook in rows]}, indent=1))


if __name__ == "__main__":
    main()
