"""How many bytes of rendered hooks are unknown to lint, and how many of the others are those that a real dbt renders.

usage: build/dbt/bin/python tests/dbt/renderings.py HOOKC_SURVEY PROJECT...

Each project is read in a copy, for DuckDB. dbt renders every hook as it does in a run, without a database: a hook that asks for one is left out. lint looks at all
paths; that path of a hook counts which dbt has taken, which is the one with the most bytes in common. Bytes that stand for something unknown are compared with nothing.
"""

import difflib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

PROFILE = "%s: {target: dev, outputs: {dev: {type: duckdb, path: ':memory:', schema: analytics}}}\n"


def dbt_renderings(folder):
    """{(owner, phase, order): text} as dbt's run-time context renders them; nothing when dbt refuses the project."""
    from dbt.artifacts.schemas.results import RunStatus  # noqa: F401  (dbt's modules import each other: this one has to come first)
    from dbt.adapters.factory import get_adapter, reset_adapters
    from dbt.cli.main import dbtRunner
    from dbt.clients.jinja import get_rendered
    from dbt.config.runtime import load_profile, load_project, RuntimeConfig
    from dbt.context.providers import generate_runtime_model_context
    from dbt.flags import get_flags

    reset_adapters()
    outcome = dbtRunner().invoke(["parse", "--no-partial-parse", "--quiet", "--project-dir", str(folder), "--profiles-dir", str(folder)])
    if not outcome.success:
        return None
    manifest = outcome.result
    profile = load_profile(str(folder), {})
    config = RuntimeConfig.from_parts(load_project(str(folder), False, profile, {}), profile, get_flags())
    get_adapter(config)
    texts = {}
    for node in manifest.nodes.values():
        hooks = []
        if node.resource_type == "operation":
            hooks = [(node.tags[0] if node.tags[0].startswith("on-run") else node.name.split("-", 1)[1].rsplit("-", 1)[0], int(node.name.rsplit("-", 1)[1]), node.raw_code)]
        elif node.resource_type in ("model", "seed", "snapshot"):
            hooks = [(phase, order, hook.sql) for phase, all_hooks in (("pre-hook", node.config.pre_hook), ("post-hook", node.config.post_hook)) for order, hook in enumerate(all_hooks)]
        for phase, order, text in hooks:
            context = generate_runtime_model_context(node, config, manifest)
            try:
                texts[node.unique_id, phase, order] = get_rendered(text, context, node)
            except Exception:  # it wants a database, or the results of a run
                pass
    return texts


def pieces_of(row):
    """The bytes outside of holes, piece by piece."""
    text = row["text"].encode()
    pieces, at = [], 0
    for begin, end in row["holes"]:
        pieces.append(text[at:begin])
        at = end
    return [*pieces, text[at:]]


def equal_bytes(row, rendered):
    """How many bytes outside of holes stand in dbt's rendering, in order."""
    pieces = pieces_of(row)
    known = sum(map(len, pieces))
    if re.fullmatch(b".*?".join(re.escape(piece) for piece in pieces), rendered, re.DOTALL):
        return known
    return sum(block.size for block in difflib.SequenceMatcher(None, b"".join(pieces), rendered, autojunk=False).get_matching_blocks())


def main():
    survey = pathlib.Path(sys.argv[1]).resolve()
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    hooks = known = equal = unknown = 0
    with tempfile.TemporaryDirectory() as name:
        for argument in sys.argv[2:]:
            for file in sorted(pathlib.Path(argument).rglob("dbt_project.yml")):
                if "dbt_packages" in file.parts:
                    continue
                folder = pathlib.Path(name) / f"p{len(os.listdir(name))}"
                shutil.copytree(file.parent, folder, ignore=shutil.ignore_patterns("target", ".git"))
                (folder / "profiles.yml").write_text(PROFILE % yaml.safe_load((folder / "dbt_project.yml").read_text()).get("profile", "default"))
                expected = dbt_renderings(folder)
                if expected is None:
                    print(f"{file.parent}: refused by dbt")
                    continue
                rows = json.loads(subprocess.run([survey, ".", "--renderings", "dev"], cwd=folder, capture_output=True, text=True, timeout=120).stdout)
                for key, text in expected.items():
                    paths = [row for row in rows if (row["owner"], row["phase"], row["order"]) == key]
                    if not paths:
                        continue
                    counts = [(equal_bytes(row, text.encode()), sum(map(len, pieces_of(row))), row) for row in paths]
                    best = max(counts, key=lambda count: (count[0] - (count[1] - count[0]), count[1]))
                    hooks += 1
                    equal += best[0]
                    known += best[1]
                    unknown += sum(end - begin for begin, end in best[2]["holes"])
                    if best[0] != best[1]:
                        print(f"{file.parent}: {best[2]['hook']}\n  dbt  {text!r}\n  lint {best[2]['text']!r}")
    print(f"{hooks} hooks: {100 * unknown / max(known + unknown, 1):.2f} % of the bytes are unknown, {100 * equal / max(known, 1):.2f} % of the others are dbt's")
    sys.exit(1 if hooks == 0 or equal < 0.99 * known else 0)


if __name__ == "__main__":
    main()
