"""Prints how the time and the memory of `hookc lint` grow with a project: the least of several rounds for each size, and the exponent of the growth.

usage: scaling.py HOOKC [--sizes N ...] [--rounds N]

A project of size N has N models, every tenth with two hooks of its own that call a macro, N / 10 macros, and N / 20 properties files; all inherit one hook of
dbt_project.yml. An exponent of 1.0 is linear.
"""

import argparse
import math
import os
import pathlib
import subprocess
import tempfile
import time

PROJECT = """name: shop
version: '1.0'
profile: shop
models:
  shop:
    +post-hook: "{{ grant_to(this, 'reporting') }}"
"""
GRANT = "{% macro grant_to(relation, role) %}{% if execute %}grant select on {{ relation }} to {{ role }}{% endif %}{% endmacro %}\n"
MACRO = """{{% macro audit_{n}(relation, event) %}}
  {{% if execute and target.name != 'ci' %}}
    insert into audit.log_{n} (run_id, model, event) values ('{{{{ invocation_id }}}}', '{{{{ relation.identifier }}}}', '{{{{ event }}}}')
  {{% endif %}}
{{% endmacro %}}
"""
HOOKED = "{{{{ config(materialized='table', pre_hook=\"{{{{ audit_{macro}(this, 'start') }}}}\", post_hook=\"analyze {{{{ this }}}}\") }}}}\n"
MODEL = "with source as (select * from raw.events_{n} where loaded_at > '2024-01-01')\nselect id, count(*) as events, max(loaded_at) as latest\nfrom source\ngroup by id\n"


def make_project(folder, size):
    for part in ("models", "macros"):
        (folder / part).mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "macros" / "grant.sql").write_text(GRANT)
    macros = max(1, size // 10)
    for n in range(macros):
        (folder / "macros" / f"audit_{n}.sql").write_text(MACRO.format(n=n))
    for n in range(size):
        head = HOOKED.format(macro=n // 10 % macros) if n % 10 == 0 else ""
        (folder / "models" / f"model_{n}.sql").write_text(head + MODEL.format(n=n))
    for n in range(size // 20):
        described = "".join(f"  - name: model_{n * 20 + i}\n    description: what it holds\n    columns: [{{name: id}}, {{name: events}}]\n" for i in range(20))
        (folder / "models" / f"properties_{n}.yml").write_text("version: 2\nmodels:\n" + described)


def measure(command):
    """Seconds of wall time, seconds of all cores, and the largest resident size in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"`{' '.join(map(str, command))}` ended with status {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def exponent(sizes, values):
    """The slope of the line through the logarithms."""
    points = [(math.log(size), math.log(value)) for size, value in zip(sizes, values)]
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / sum((x - middle_x) ** 2 for x, _ in points)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("hookc", type=pathlib.Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 2000, 4000])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    best = {}
    with tempfile.TemporaryDirectory() as temporary:
        folders = {size: pathlib.Path(temporary) / str(size) for size in options.sizes}
        for size, folder in folders.items():
            make_project(folder, size)
        for _ in range(options.rounds):
            for size, folder in folders.items():
                figures = measure([options.hookc, "lint", folder])
                best[size] = tuple(map(min, best.get(size, figures), figures))
    print("| models | wall | all cores | memory |\n|---|---|---|---|")
    for size, (wall, cores, memory) in best.items():
        print(f"| {size} | {wall * 1000:.0f} ms | {cores * 1000:.0f} ms | {memory:.0f} MiB |")
    for name, column in (("wall", 0), ("all cores", 1), ("memory", 2)):
        print(f"exponent of {name}: {exponent(options.sizes, [best[size][column] for size in options.sizes]):.2f}")


if __name__ == "__main__":
    main()
