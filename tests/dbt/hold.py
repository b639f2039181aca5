"""Holds the `hooks` blocks of specs against what a real dbt makes of the same files.

usage: build/dbt/bin/python tests/dbt/hold.py [--update] SPEC.md...

Each section with a ```hooks block is written into a folder of its own and parsed by dbt; the hooks of its manifest, one a line, have to be the block.
`--update` writes dbt's answer into the block: dbt says what is right, and hookc_specs holds hookc against it.
"""

import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile
import types

from dbt.adapters.factory import reset_adapters
from dbt.artifacts.schemas.results import RunStatus  # noqa: F401  (dbt's modules import each other: this one has to come first)
from dbt.cli.main import dbtRunner
from dbt.node_types import NodeType, RunHookType
from dbt.task.run import RunTask

PROFILE = "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ':memory:', schema: analytics}\n"


def sections(lines):
    """(title, blocks) of a spec; a block is (language, rest, text, first line, end line)."""
    found = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("## "):
            found.append((line[3:], []))
        if line.startswith("```") and found:
            fence = line[: len(line) - len(line.lstrip("`"))]
            language, _, rest = line[len(fence):].partition(" ")
            first = at = at + 1
            while at < len(lines) and lines[at] != fence:
                at += 1
            found[-1][1].append((language, rest, "".join(text + "\n" for text in lines[first:at]), first, at))
        at += 1
    return found


class DisabledHooks:
    """What RunTask needs to sort hooks."""

    def __init__(self, nodes, project):
        self.manifest = types.SimpleNamespace(nodes={node.unique_id: node for node in nodes})
        self.config = types.SimpleNamespace(project_name=project)

    def _hook_keyfunc(self, hook):
        return RunTask._hook_keyfunc(self, hook)

    def of_type(self, hook_type):
        return RunTask.get_hooks_by_type(self, hook_type)


def shown(text):
    return json.dumps(text, ensure_ascii=False)


def run_hook_lines(nodes, disabled, project, phase):
    """In dbt's order, each with the name that dbt shows while it runs."""
    name = phase.value
    lines = []
    for position, node in enumerate(DisabledHooks(nodes, project).of_type(phase)):
        runs = "runs" if node.raw_code.strip() else "off"
        lines.append(f"{name} {node.unique_id} {node.index} {runs} {node.package_name}.{name}.{position} {shown(node.raw_code)}")
    for node in DisabledHooks(disabled, project).of_type(phase):
        lines.append(f"{name} {node.unique_id} {node.index} off - {shown(node.raw_code)}")
    return lines


def node_hook_lines(node, is_enabled):
    lines = []
    for phase, hooks in (("pre-hook", node.config.pre_hook), ("post-hook", node.config.post_hook)):
        for order, hook in enumerate(hooks):
            is_dropped = node.config.materialized == "ephemeral" or (node.config.materialized == "function" and not hook.transaction)
            runs = "runs" if is_enabled and hook.sql.strip() and not is_dropped else "off"
            transaction = "" if hook.transaction else " outside"
            lines.append(f"{phase} {node.unique_id} {order} {runs}{transaction} {shown(hook.sql)}")
    return lines


def facts(folder, arguments):
    """The hooks of a project as dbt parses it, or that dbt refuses it."""
    reset_adapters()
    options = ["parse", "--no-partial-parse", "--quiet", "--no-use-colors", "--project-dir", str(folder), "--profiles-dir", str(folder)]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        outcome = dbtRunner().invoke(options + arguments)
    if not outcome.success:
        print(f"  dbt: {str(outcome.exception).strip()}", file=sys.stderr)
        return "refused\n"
    manifest = outcome.result
    enabled = [*manifest.nodes.values(), *manifest.functions.values()]
    disabled = [node for group in manifest.disabled.values() for node in group if node.unique_id not in manifest.nodes and node.unique_id not in manifest.functions]
    project = manifest.metadata.project_name
    kinds = (NodeType.Model, NodeType.Seed, NodeType.Snapshot, NodeType.Function)
    nodes = [(node, True) for node in enabled if node.resource_type in kinds] + [(node, False) for node in disabled if node.resource_type in kinds]
    lines = run_hook_lines(enabled, disabled, project, RunHookType.Start)
    for node, is_enabled in sorted(nodes, key=lambda entry: entry[0].unique_id):
        lines += node_hook_lines(node, is_enabled)
    lines += run_hook_lines(enabled, disabled, project, RunHookType.End)
    return "".join(line + "\n" for line in lines)


def write_files(folder, blocks):
    (folder / "profiles.yml").write_text(PROFILE)
    for _, rest, text, _, _ in blocks:
        if "." not in rest or rest.startswith("-"):
            continue
        path = folder / rest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def hold(spec, update):
    lines = spec.read_text().split("\n")
    if lines[-1] == "":
        lines.pop()
    failed = total = 0
    replaced = []
    for title, blocks in sections(lines):
        for language, rest, text, first, end in blocks:
            if language != "hooks":
                continue
            total += 1
            with tempfile.TemporaryDirectory(prefix="hookc-dbt-") as name:
                folder = pathlib.Path(name)
                write_files(folder, blocks)
                answer = facts(folder, rest.split())
            if answer == text:
                continue
            replaced.append((first, end, answer))
            failed += 1
            if not update:
                print(f"{spec}:{first}: `{title}` differs\n--- the spec\n{text}--- dbt\n{answer}")
    if update:
        for first, end, answer in reversed(replaced):
            lines[first:end] = answer.splitlines()
        spec.write_text("".join(line + "\n" for line in lines))
    print(f"{spec}: {total} projects, {failed} {'rewritten' if update else 'differ'}")
    return 0 if update else failed


def main():
    arguments = sys.argv[1:]
    update = "--update" in arguments
    specs = [pathlib.Path(argument) for argument in arguments if argument != "--update"]
    if not specs:
        sys.exit(__doc__)
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    failed = sum(hold(spec.resolve(), update) for spec in specs)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
