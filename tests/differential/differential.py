#!/usr/bin/env python3
"""Hold `hookc render --batch` against real Jinja2, template by template.

    differential.py HOOKC [--count N] [--seed N] [--only NUMBER] [--keep-going] [--jobs N] [--modules | --sweep]

Templates and contexts come from a seed; the first on which the two disagree (output byte for byte, class of the error, line) is made
smaller and printed, and the exit status is 1. With --keep-going all are looked at, and one of each kind is printed. --sweep takes, in
place of chance, every filter, test, global and method with arguments of every shape; --sample then takes that share of them.
To be run by a Python that has jinja2: scripts/install-jinja makes one.
"""
from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import generator  # noqa: E402
import modules  # noqa: E402
import reference  # noqa: E402
import sweep  # noqa: E402
import tree  # noqa: E402

JINJA = "3.1.6"
CHUNK = 250
TIMEOUT_S = 120
MOST_KINDS = 60  # of disagreements, that --keep-going prints


def ask_hookc(hookc: str, cases: list[generator.Case]) -> list[dict]:
    """One answer a case; {"crashed": status} for those that a dead process left without one."""
    lines = [
        json.dumps({"id": number, "source": case.source, "context": case.context, "env": {"extensions": reference.EXTENSIONS, **case.options}})
        for number, case in enumerate(cases)
    ]
    run = subprocess.run([hookc, "render", "--batch"], input="\n".join(lines).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT_S)
    answers: list[dict] = [{"crashed": run.returncode} for _ in cases]
    for line in run.stdout.decode("utf-8", "replace").split("\n"):
        if not line:
            continue
        row = json.loads(line)
        answers[row["id"]] = {"output": row["output"]} if row["ok"] else {"error": row["error"]}
    return answers


def agree(wanted: dict, got: dict) -> bool:
    if "skipped" in wanted:
        return True
    if "crashed" in got:
        return False
    if "output" in wanted:
        return "output" in got and reference.without_addresses(got["output"]) == wanted["output"]
    if "error" in got and got["error"]["message"].startswith("a text is made of more than"):
        return True  # see tables.py
    return "error" in got and got["error"]["class"] == wanted["error"]["class"] and got["error"]["line"] == wanted["error"]["line"]


def kind_of(wanted: dict, got: dict) -> tuple:
    """What two disagreements have in common when they are likely one: shrinking keeps it."""
    def side(answer):
        return ("error", answer["error"]["class"]) if "error" in answer else (next(iter(answer)),)
    return side(wanted) + side(got)


def answer_of(case: generator.Case) -> dict:
    return reference.answer(case.source, case.context, case.options)


def shrunk(hookc: str, case: generator.Case, kind: tuple) -> generator.Case:
    def fails(candidates: list[generator.Case]) -> list[bool]:
        wanted = [answer_of(candidate) for candidate in candidates]
        return [not agree(w, g) and kind_of(w, g) == kind for w, g in zip(wanted, ask_hookc(hookc, candidates))]

    def smaller_trees(at: generator.Case):
        if not isinstance(at.tree, str):
            yield from (at.with_tree(smaller) for smaller in tree.smaller(at.tree))

    def smaller_texts(at: generator.Case):
        for text in tree.smaller_texts(at.source):
            if generator.is_wanted(text):
                yield at.with_tree(text)

    def smaller_surroundings(at: generator.Case):
        for name in at.options:
            yield generator.Case(at.tree, at.context, {key: value for key, value in at.options.items() if key != name})
        used = {name: value for name, value in at.context.items() if name in at.source}
        if len(used) < len(at.context):
            yield generator.Case(at.tree, used, at.options)
        for name in at.context:
            yield generator.Case(at.tree, {key: value for key, value in at.context.items() if key != name}, at.options)

    seconds = 3.0 if _settings["keep_going"] else 20.0
    case = tree.shrink(case, smaller_surroundings, fails, seconds)
    case = tree.shrink(case, smaller_trees, fails, seconds)
    case = tree.shrink(case, smaller_texts, fails, seconds)
    return tree.shrink(case, smaller_surroundings, fails, seconds)


def describe(answer: dict) -> str:
    if "output" in answer:
        return f"output {answer['output']!r}"
    if "error" in answer:
        return f"{answer['error']['class']} in line {answer['error']['line']}: {answer['error']['message'][:160]}"
    return f"hookc ended with status {answer.get('crashed')}"


def report(number: int, seed: int, case: generator.Case, hookc: str, times: int = 1) -> str:
    again = "--sweep" if seed < 0 else f"{'--modules ' if _settings.get('modules') else ''}--seed {seed}"
    lines = [f"--- {again} --only {number}" + (f"   ({times} times)" if times > 1 else ""), f"template  {case.source!r}"]
    if case.context:
        lines.append(f"context   {json.dumps(case.context, ensure_ascii=False)}")
    if case.options:
        lines.append(f"options   {json.dumps(case.options)}")
    lines.append(f"Jinja2    {describe(answer_of(case))}")
    lines.append(f"hookc     {describe(ask_hookc(hookc, [case])[0])}")
    return "\n".join(lines)


_settings: dict = {}


def start_worker(settings: dict) -> None:
    _settings.update(settings)
    reference.limit_process()


def make_case(number: int) -> generator.Case:
    if _settings["sweep"]:
        return sweep.make_case(number)
    return (modules if _settings["modules"] else generator).make_case(_settings["seed"], number)


def run_chunk(numbers: list[int]) -> dict:
    """Counts, and the disagreements of these cases, each made smaller unless its kind has been seen in the chunk."""
    hookc = _settings["hookc"]
    cases = [make_case(number) for number in numbers]
    wanted = [answer_of(case) for case in cases]
    got = ask_hookc(hookc, cases)
    result = {"count": len(cases), "skipped": sum("skipped" in w for w in wanted), "rendered": sum("output" in w for w in wanted), "found": []}
    for number, case, w, g in zip(numbers, cases, wanted, got):
        if agree(w, g):
            continue
        if reference.is_left_out(case.source, case.options) or not reference.is_stable(case.source, case.context, case.options):
            result["skipped"] += 1
            continue
        small = case if _settings["sweep"] else shrunk(hookc, case, kind_of(w, g))
        result["found"].append((number, small))
        if not _settings["keep_going"]:
            break
    return result


def name_of(case: generator.Case, hookc: str) -> str:
    """Disagreements of one name are counted as one: the template without its literals, and what was answered."""
    source = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "''", case.source) if "|map" not in case.source else case.source
    if _settings.get("sweep"):
        source = re.sub(r"\(.*", "", source.split("|")[-1] if "|" in source else source.split(".")[-1])
    source = re.sub(r"\d+(\.\d+)?", "1", source)
    return f"{source} {kind_of(answer_of(case), ask_hookc(hookc, [case])[0])}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hookc")
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of one case")
    parser.add_argument("--keep-going", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--modules", action="store_true", help="templates over `modules`, the parts of Python's library that dbt hands out")
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--sample", type=float, default=1.0, help="the share of the sweep's cases that is taken")
    options = parser.parse_args()
    reference.check_version(JINJA)
    settings = {"hookc": options.hookc, "seed": -1 if options.sweep else options.seed, "sweep": options.sweep, "modules": options.modules, "keep_going": options.keep_going}

    if options.only is not None:
        start_worker(settings)
        case = make_case(options.only)
        print(report(options.only, settings["seed"], case, options.hookc))
        return 0 if agree(answer_of(case), ask_hookc(options.hookc, [case])[0]) else 1

    count = sweep.count() if options.sweep else options.count
    numbers = [n for n in range(count) if options.sample >= 1 or int((n + 1) * options.sample) != int(n * options.sample)]
    chunks = [numbers[at : at + CHUNK] for at in range(0, len(numbers), CHUNK)]
    started = time.monotonic()
    total = {"count": 0, "skipped": 0, "rendered": 0}
    found: list[tuple[int, generator.Case]] = []
    with multiprocessing.Pool(options.jobs, start_worker, (settings,)) as pool:
        for result in pool.imap(run_chunk, chunks):
            for key in total:
                total[key] += result[key]
            found += result["found"]
            if found and not options.keep_going:
                pool.terminate()
                break

    start_worker(settings)
    kinds: dict[str, list] = {}
    for number, case in found:
        kinds.setdefault(name_of(case, options.hookc), []).append((number, case))
    for rows in sorted(kinds.values(), key=len, reverse=True)[:MOST_KINDS]:
        number, case = min(rows, key=lambda row: len(row[1].source))
        print(report(number, settings["seed"], case, options.hookc, len(rows)))
    what = "cases of the sweep" if options.sweep else f"templates of seed {options.seed}"
    print(f"{total['count']} {what} held against {reference.version()} in {time.monotonic() - started:.0f} s: {total['rendered']} rendered, "
          f"{total['count'] - total['rendered'] - total['skipped']} refused, {total['skipped']} not compared, {len(found)} disagreements" +
          (f" of {len(kinds)} kinds" if len(found) > 1 else ""))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
