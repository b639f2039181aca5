"""The tree that a generated template is, and how it is made smaller."""
from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Callable, Iterator, Union

Part = Union[str, "Node"]


@dataclass
class Node:
    """Text with structure: `kind` says what may stand in its place, `parts` what it is made of.

    expr   an expression; any other expression, or a small literal, may take its place
    list   `parts` joined by `separator`; each of them may go
    stmt   a statement or a piece of text; it may go, or be replaced by what stands in its bodies
    fixed  parts that only make sense together
    """

    kind: str
    parts: list[Part] = field(default_factory=list)
    separator: str = ""

    def text(self) -> str:
        return self.separator.join(part if isinstance(part, str) else part.text() for part in self.parts)


def nodes_in(node: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    yield path, node
    for index, part in enumerate(node.parts):
        if isinstance(part, Node):
            yield from nodes_in(part, path + (index,))


def replaced(node: Node, path: tuple[int, ...], new: Part | None) -> Node:
    """A copy in which the part at `path` is `new`, or gone when that is None."""
    parts = list(node.parts)
    if len(path) == 1:
        parts[path[0] : path[0] + 1] = [] if new is None else [new]
    else:
        parts[path[0]] = replaced(parts[path[0]], path[1:], new)
    return Node(node.kind, parts, node.separator)


SMALL = ["1", "''", "[]", "none", "x"]


def smaller(tree: Node) -> Iterator[Node]:
    """Every tree that is one step smaller, the boldest steps first."""
    everything = sorted(nodes_in(tree), key=lambda entry: len(entry[0]))
    for path, node in everything:
        if node.kind == "list" and len(node.parts) > 3:
            half = len(node.parts) // 2
            for kept in (node.parts[:half], node.parts[half:]):
                new = Node(node.kind, kept, node.separator)
                yield new if not path else replaced(tree, path, new)
    for path, node in everything:
        if node.kind == "list":
            for index in range(len(node.parts)):
                yield replaced(tree, path + (index,), None)
    for path, node in everything:
        if path and node.kind == "expr" and len(node.text()) > 6:
            yield replaced(tree, path, Node("expr", ["x"]))
    for path, node in everything:
        if not path or node.kind not in ("expr", "stmt"):
            continue
        for down, below in list(nodes_in(node))[1:]:
            if len(down) <= 3 and (below.kind == node.kind or (node.kind == "stmt" and below.kind == "list" and below.separator == "")):
                yield replaced(tree, path, below)
        if node.kind == "expr" and len(node.text()) > 2:
            for literal in SMALL:
                if len(literal) < len(node.text()):
                    yield replaced(tree, path, Node("expr", [literal]))


def smaller_texts(text: str) -> Iterator[str]:
    """Every text with one stretch cut out, the long stretches first."""
    size = max(len(text) // 2, 1)
    while size >= 1:
        for begin in range(0, len(text), max(size, 1)):
            yield text[:begin] + text[begin + size :]
        size //= 2


def shrink(start, candidates: Callable, still_fails: Callable[[list], list[bool]], seconds: float = 15.0):
    """The smallest thing reached from `start` that still fails. Candidates are tried in bundles: starting a process for each would be slow."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = None
        bundle = []
        remaining = candidates(start)
        while found is None and time.monotonic() < until:
            bundle = list(itertools.islice(remaining, 4 if not bundle else 32))
            if not bundle:
                return start
            found = next((candidate for candidate, fails in zip(bundle, still_fails(bundle)) if fails), None)
        start = found if found is not None else start
    return start
