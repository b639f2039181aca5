"""Real Jinja2's side of the comparison; the protocol is described in measure.cpp."""

import gc
import json
import platform
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

import jinja2


def median_time(milliseconds, work):
    times = []
    begin = time.perf_counter_ns()
    while len(times) < 3 or time.perf_counter_ns() - begin < milliseconds * 1_000_000:
        start = time.perf_counter_ns()
        work()
        times.append(time.perf_counter_ns() - start)
    return int(statistics.median(times))


def main(folder):
    environment = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
    sources, templates, contexts = {}, {}, {}
    print(f"Jinja2 {version('jinja2')} ({platform.python_implementation()} {platform.python_version()})", flush=True)
    for line in sys.stdin:
        verb, name, argument = line.split()
        if name not in sources:
            sources[name] = (folder / f"{name}.sql").read_text()
            contexts[name] = json.loads((folder / f"{name}.json").read_text())
            templates[name] = environment.from_string(sources[name])
        source, template, context = sources[name], templates[name], contexts[name]
        if verb == "output":
            Path(argument).write_text(template.render(context))
            print("done", flush=True)
            continue
        gc.collect()
        work = (lambda: environment.from_string(source)) if verb == "parse" else (lambda: template.render(context))
        print(median_time(int(argument), work), flush=True)


main(Path(sys.argv[1]))
