"""Holds hookc's reading of YAML against PyYAML's: documents made by chance, or the YAML files below some folders.

usage: python3 tests/differential/yaml_documents.py HOOKC_YAML [--count N] [--seed N] [--files FOLDER...] [--keep-going]

The values have to be the same (as Python's repr; dates stay texts), a document that PyYAML refuses must be refused, and each byte of a scalar must come from the
bytes of the document that it claims. What differs is made smaller, line by line, before it is shown.

Left out: lists of several mappings under `<<`, where PyYAML 6.0.4 lets the last one win and those before it the first, as hookc does.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys

import yaml

Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # dbt takes the C one where it is there


class Loader(Base):
    """Dates stay texts, as hookc keeps them."""


Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def expected(text):
    try:
        return repr(yaml.load(text, Loader=Loader))
    except Exception:  # PyYAML has errors of its own, and Python's where a tag does not fit its text
        return None


def answers(tool, texts):
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    ran = subprocess.run([tool], input=lines, capture_output=True, text=True, timeout=600)
    if ran.returncode != 0:
        sys.exit(f"{tool} ended with status {ran.returncode}: {ran.stderr}")
    return [json.loads(line) for line in ran.stdout.splitlines()]


def difference(text, answer):
    """What is wrong with the answer; nothing when it is right."""
    wanted = expected(text)
    if answer.get("repr") != wanted:
        return f"PyYAML {'refuses it' if wanted is None else wanted}\nhookc  {answer.get('repr', 'refuses it: ' + answer.get('error', ''))}"
    if answer.get("places"):
        return f"{answer['places']} bytes of scalars claim the wrong place"
    return None


# ------------------------------------------------------------------------------------------------------------------------ documents by chance

PLAIN = """a b1 x-y foo.bar yes No ON off true False TRUE y n null Null NULL ~ 0 1 -1 +7 010 0o17 08 0x1F 0xfg 0b101 1_000 1__0 _1 1_ 190:20:30 1:60 -1:30 1:2:3.5 1.5 1e3
1.0e+3 1.5E-2 .5 -.5 +.5 5. .inf -.INF .nan .NaN 6_8.5 1.2.3 2020-01-02 2020-1-2 2020-01-02T03:04:05Z 2001-12-14t21:59:43.10-05:00 = << - -- --- ... ? : :: a:b a#b -a ?b :c
{{ {% %} é 日本 😀 ｆｕｌｌ %a @a `a !a &a *a |a >a 'a "a [a ]a {a }a ,a a, a[b] a{b} 1,2 http://x.y/z#f C:\\x Infinity nan inf 0. 00 0x -0 +0 - 12345678901234567890123 1e400 0.1 12e03 1.e+1""".split()
TAGS = ["!!str", "!!int", "!!float", "!!bool", "!!null", "!!seq", "!!map", "!own", "!", "!<tag:yaml.org,2002:str>"]
WORDS = ["select", "1", "x:", "-", "#no", "é", "日本語", "😀", "{{ this }}", "it's", '"q"', "\\n", "a: b", "  two", "\ttab", "--", ": ", "|", ">", "[", "%"]
ESCAPES = ["\\n", "\\t", '\\"', "\\\\", "\\u00e9", "\\x41", "\\U0001F600", "\\e", "\\0", "\\/", "\\N", "\\_", "\\L", "\\ ", "\\\n  ", "\\q", "\\x4"]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.anchors = []

    def one_of(self, items):
        return self.random.choice(items)

    def chance(self, share):
        return self.random.random() < share

    def words(self, pool, most=5):
        return [self.one_of(pool) for _ in range(self.random.randrange(most + 1))]

    def document(self):
        text = self.node(0, self.random.randrange(4), True)
        if self.chance(0.1):
            text = self.one_of(["---\n", "--- ", "# c\n", "\n", "%YAML 1.1\n---\n", "\ufeff"]) + text.lstrip("\n")
        if self.chance(0.06):
            text += self.one_of(["...\n", "---\nb\n", "\n\n", "# end", "...\nx: 1\n", "\t"])
        if self.chance(0.05):
            text = text.replace("\n", "\r\n")
        if self.chance(0.1) and text:
            text = text.rstrip("\n")
        if self.chance(0.04) and text:  # a byte too few or too many
            at = self.random.randrange(len(text))
            text = text[:at] + self.one_of(["", "\t", "'", '"', ":", "\x07", "\xa0"]) + text[at + 1:]
        return text

    def properties(self):
        text = ""
        if self.chance(0.07):
            text += self.one_of(TAGS) + " "
        if self.chance(0.07):
            name = f"a{self.random.randrange(3)}"
            self.anchors.append(name)
            text += f"&{name} "
        return text

    def node(self, indent, depth, at_line_begin):
        """A node that stands at `indent`, after `key:` or `-` when it does not begin its line; ends with a newline."""
        kind = self.random.random()
        if depth == 0 or kind < 0.25:
            return ("" if at_line_begin else " ") + self.scalar(indent)
        if kind < 0.35:
            return ("" if at_line_begin else " ") + self.properties() + self.flow(depth) + self.comment() + "\n"
        prefix = "" if at_line_begin else self.one_of(["", " " + self.properties()]).rstrip(" ") + self.comment() + "\n"
        if kind < 0.7:
            return prefix + self.mapping(indent, depth)
        return prefix + self.sequence(indent, depth)

    def mapping(self, indent, depth):
        step = self.one_of([1, 2, 2, 2, 4])
        text = ""
        for _ in range(self.random.randrange(1, 5)):
            pad = " " * indent
            if self.chance(0.06):
                text += pad + "# note\n"
            if self.chance(0.05):
                text += "\n"
            if self.anchors and self.chance(0.1):
                text += pad + "<<: " + self.one_of([f"*{self.one_of(self.anchors)}", f"[*{self.one_of(self.anchors)}]", "{n: 2, a: 3}"]) + "\n"
                continue
            key = self.one_of(["a", "b", "c", "key", "two words", "'q k'", '"e\\t"', "1", "1.0", "yes", "~", "é", "a-b", "+pre-hook", "? x\n" + pad, "0x1", "[k]", "{k: 1}", "? [c]\n" + pad])
            text += pad + key + ":" + self.node(indent + step, depth - 1, False)
        return text

    def sequence(self, indent, depth):
        text = ""
        for _ in range(self.random.randrange(1, 5)):
            if self.chance(0.05):
                text += " " * indent + "# note\n"
            text += " " * indent + "-" + self.node(indent + 2, depth - 1, False)
        return text

    def comment(self):
        return self.one_of(["", "", "", "", " # c", "  #", "#no"]) if self.chance(0.3) else ""

    def flow(self, depth):
        items = []
        is_map = self.chance(0.5)
        for _ in range(self.random.randrange(4)):
            value = self.flow(depth - 1) if depth > 1 and self.chance(0.3) else self.one_line()
            items.append(f"{self.one_of(['a', 'b', '1', 'q k', chr(39) + 'x' + chr(39), '<<'])}: {value}" if is_map or self.chance(0.1) else value)
        gap = self.one_of([", ", ",", ",\n     ", " , ", ", # c\n    "])
        inner = gap.join(items) + self.one_of(["", "", "", ",", " "])
        return "{" + inner + "}" if is_map else "[" + inner + "]"

    def one_line(self):
        kind = self.random.random()
        if self.anchors and kind < 0.05:
            return f"*{self.one_of(self.anchors)}"
        if kind < 0.6:
            return self.one_of(PLAIN)
        if kind < 0.8:
            return "'" + " ".join(self.words(WORDS)).replace("'", "''") + "'"
        return '"' + " ".join(self.words([word for word in WORDS if '"' not in word and "\\" not in word] + ESCAPES)) + '"'

    def scalar(self, indent):
        kind = self.random.random()
        if self.anchors and kind < 0.05:
            return f"*{self.one_of(self.anchors)}\n"
        if kind < 0.08:
            return "\n"
        text = self.properties()
        if kind < 0.3:
            return text + self.one_of(PLAIN) + self.comment() + "\n"
        if kind < 0.45:
            return text + self.lines(indent, ["a", "b c", "d#e", "x:y", "é 日", "- z", "1", "'s", "# c", "k: v"]) + self.comment() + "\n"
        if kind < 0.58:
            return text + "'" + self.lines(indent, ["a", "it''s", "", "  b", "c  ", "#x", "é", "- z", "k: v"]) + "'" + self.comment() + "\n"
        if kind < 0.72:
            return text + '"' + self.lines(indent, ["a", "b ", "", " c", "é\\n", *ESCAPES]) + '"' + self.comment() + "\n"
        return text + self.block(indent)

    def lines(self, indent, pool):
        """Some lines of a scalar, those after the first one indented."""
        text = self.one_of(pool)
        for _ in range(self.random.randrange(4) if self.chance(0.5) else 0):
            text += "\n" * self.one_of([1, 1, 1, 2, 3]) + " " * (indent + self.random.randrange(1, 3)) + self.one_of(["", "", "", "\t"]) + self.one_of(pool)
        return text

    def block(self, indent):
        own = self.one_of([1, 2, 2, 3, 4])
        header = self.one_of("|>")
        digit = self.one_of(["", "", "", "", str(own), str(own + 1)])
        chomp = self.one_of(["", "", "-", "+"])
        header += digit + chomp if self.chance(0.5) else chomp + digit
        header += self.one_of(["", "", "", " ", " # c", "  "]) + "\n"
        text = header
        for _ in range(self.random.randrange(6)):
            kind = self.random.random()
            if kind < 0.2:
                text += " " * self.random.randrange(indent + own + 2) + "\n"
            else:
                text += " " * (indent + own + self.one_of([0, 0, 0, 0, 1, 2])) + self.one_of(["", "", "", "", "\t"]) + " ".join(self.words(WORDS, 4)) + self.one_of(["", "", " ", "\t"]) + "\n"
        return text


# ------------------------------------------------------------------------------------------------------------------------ the comparison


def smaller(tool, text):
    """The text with as many lines left out as still differs."""
    lines = text.splitlines(keepends=True)
    at = 0
    while at < len(lines):
        tried = lines[:at] + lines[at + 1:]
        rest = "".join(tried)
        if difference(rest, answers(tool, [rest])[0]):
            lines = tried
        else:
            at += 1
    return "".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", nargs="*", default=[])
    parser.add_argument("--keep-going", action="store_true")
    parser.add_argument("--most", type=int, default=0, help="how many may differ: what is known and not mended yet")
    options = parser.parse_args()
    tool = pathlib.Path(options.tool).resolve()
    if options.files:
        paths = sorted(path for folder in options.files for pattern in ("*.yml", "*.yaml") for path in pathlib.Path(folder).rglob(pattern))
        named = [(str(path), path.read_bytes().decode("utf-8", "surrogateescape")) for path in paths if path.is_file()]
        named = [(name, text) for name, text in named if text.isprintable() or "\udc80" > max(text, default=" ")]
    else:
        named = [(f"seed {seed}", Maker(seed).document()) for seed in range(options.seed, options.seed + options.count)]
    wrong = refused = 0
    for (name, text), answer in zip(named, answers(tool, [text for _, text in named]), strict=True):
        refused += "error" in answer
        said = difference(text, answer)
        if not said:
            continue
        wrong += 1
        if wrong == 1 or options.keep_going:
            least = smaller(tool, text) if len(text) < 20000 else text
            print(f"--- {name}\n{least}\n--- {json.dumps(least)}\n{difference(least, answers(tool, [least])[0])}\n")
    print(f"{len(named)} documents, {refused} of them refused: {wrong} differ from PyYAML")
    sys.exit(1 if wrong > options.most or not named else 0)


if __name__ == "__main__":
    main()
