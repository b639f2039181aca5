"""Prints how fast hookc is beside real Jinja2 and MiniJinja: medians of rounds in which they take turns.

usage: compare.py FOLDER [--rounds N] [--ms N] PEER... : three commands, hookc's first, each a process that speaks the protocol of measure.cpp.
"""

import argparse
import shlex
import statistics
import subprocess
import sys
from pathlib import Path

# what is done, verb, input, which peer sets the goal, and the share of its time that hookc may take
ROWS = [
    ("25-line hook: parse to ready", "parse", "hook", 2, 1.0),
    ("the same hook: render", "render", "hook", 2, 0.5),
    ("10,000 rows, if and filters: render", "render", "rows", 2, 0.8),
    ("10,000 rows, plain if: render", "render", "plain", 1, 0.75),
    ("1 MB, mostly text, 5,000 expressions: parse", "parse", "text", 2, 1.0),
]
NAMES = ["hookc", "Jinja2", "MiniJinja"]


class Peer:
    def __init__(self, command, folder):
        self.command = command
        self.process = subprocess.Popen([*shlex.split(command), folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.introduction = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"error: `{self.command}` ended with status {self.process.wait()}")
        return line.strip()

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        return self.answer()


def check_outputs(peers, folder):
    """Who renders something else is measured at something else."""
    for name in sorted({row[2] for row in ROWS}):
        outputs = []
        for number, peer in enumerate(peers):
            file = folder / f"{name}.{NAMES[number].lower()}.out"
            peer.ask("output", name, file)
            outputs.append(file.read_bytes())
        for number, output in enumerate(outputs):
            if output != outputs[1]:
                sys.exit(f"error: {NAMES[number]} renders `{name}` in another way than Jinja2; the outputs are in {folder}")


def shown(nanoseconds, size):
    time = f"{nanoseconds / 1000:.1f} µs" if nanoseconds < 1e6 else f"{nanoseconds / 1e6:.2f} ms"
    return f"{time} ({size / nanoseconds * 1000:.0f} MB/s)" if size > 100_000 else time


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("peers", nargs=3)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--ms", type=int, default=50)
    options = parser.parse_args()
    peers = [Peer(command, options.folder) for command in options.peers]
    check_outputs(peers, options.folder)

    times = {(row, peer): [] for row in range(len(ROWS)) for peer in range(len(peers))}
    for _ in range(options.rounds):
        for row, (_, verb, name, _, _) in enumerate(ROWS):
            for number, peer in enumerate(peers):
                times[row, number].append(int(peer.ask(verb, name, options.ms)))

    print("; ".join(peer.introduction for peer in peers))
    print(f"Medians of {options.rounds} rounds in which they take turns; all render the same bytes.\n")
    print("| work | hookc | Jinja2 | MiniJinja | hookc to the goal's peer | goal | met |")
    print("|---|---|---|---|---|---|---|")
    for row, (title, verb, name, goal_peer, goal) in enumerate(ROWS):
        size = (options.folder / f"{name}.sql").stat().st_size if verb == "parse" else 0
        medians = [statistics.median(times[row, number]) for number in range(len(peers))]
        ratio = medians[0] / medians[goal_peer]
        cells = [shown(median, size) for median in medians]
        print(f"| {title} | {' | '.join(cells)} | {ratio:.2f} of {NAMES[goal_peer]} | {goal} | {'yes' if ratio <= goal else 'no'} |")


main()
