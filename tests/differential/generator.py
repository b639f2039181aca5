"""Templates and contexts by chance: from the seed and the number of a case follows the case."""
from __future__ import annotations

import json
import random

import tables
from tree import Node

CONTEXT = {
    "i": 5, "j": -7, "zero": 0, "big": 2**62, "f": 2.5, "g": -0.125, "t": True, "no": False, "nil": None,
    "s": "Hello World", "u": "Ünï çödé ß", "e": "", "multi": "line one\n  line two\r\n\nlast", "csv": "a,b,,c",
    "xs": [3, 1, 2], "ss": ["b", "A", "c", "a"], "mixed": [1, "a", None, 2.5, [1], {"k": "v"}], "none_left": [], "pairs": [["a", 1], ["b", 2]],
    "m": {"a": 1, "b": "two", "c": [1, 2], "items": 3}, "nested": {"a": {"b": {"c": 7}}, "x": [{"n": 1}, {"n": 2}]}, "void": {},
    "rows": [{"id": 2, "name": "b", "n": 1.5}, {"id": 1, "name": "A", "n": None}, {"id": 2, "name": "a", "n": 3}],
}
TYPES = {
    "int": ["i", "j", "zero", "big"], "num": ["i", "j", "f", "g", "zero"], "bool": ["t", "no"], "none": ["nil"], "str": ["s", "u", "e", "multi", "csv"],
    "list": ["xs", "ss", "mixed", "none_left", "pairs", "rows"], "nums": ["xs"], "strs": ["ss"], "dict": ["m", "nested", "void"], "rows": ["rows"],
    "seq": ["xs", "ss", "mixed", "none_left", "m", "s", "rows"], "undef": ["missing", "m.missing", "xs[9]", "nested.a.zz"],
    "any": ["i", "f", "s", "u", "xs", "ss", "mixed", "m", "nested", "rows", "nil", "t", "missing"],
}
BLANKS = ["\n", "\n\n", " ", "  \n", "\t", "\n  ", ""]
DATA = ["x", "text ", " b", "select 1", "a\n", "-- c\n", "é", "\r\n", "{", "}", "%", "#", "{ {", "% }", "'", "\\n", "\u00a0", "1"]


class Generator:
    def __init__(self, seed: int, number: int):
        self.random = random.Random(f"{seed}:{number}")
        self.scope: list[tuple[str, str]] = []  # names that the template has set, and their types
        self.macros: list[tuple[str, int]] = []
        self.namespaces: list[str] = []
        self.blocks: list[str] = []
        self.names = 0
        self.loops = 0
        self.in_macro = False
        # how often an argument or an operand is of any type instead of the right one
        self.wrong = self.random.choice([0.0, 0.02, 0.02, 0.1, 0.3])

    # ------------------------------------------------------------------------------------------------------------------------ chance

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, items):
        return self.random.choice(items)

    def fresh(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    # ------------------------------------------------------------------------------------------------------------------------ expressions

    def quoted(self, text: str) -> str:
        quote = self.pick("''\"")
        out = []
        for c in text:
            if c in ("\\", quote):
                out.append("\\" + c)
            elif c == "\n":
                out.append(self.pick(["\\n", "\\n", "\n"]))
            elif c in "\r\t\x00\x7f\u2028":
                out.append({"\r": "\\r", "\t": "\\t", "\x00": "\\x00", "\x7f": "\\x7f", "\u2028": "\\u2028"}[c])
            elif ord(c) > 0x7F and self.chance(0.2):
                out.append(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}")
            else:
                out.append(c)
        if self.chance(0.03):
            out.append(self.pick(["\\q", "\\a", "\\101", "\\x4", "\\u12", "\\N{BULLET}", "\\N{nope}", "\\\n", "\\8", "\\ud83d"]))
        return quote + "".join(out) + quote

    def expr(self, kind: str = "any", depth: int = 3) -> Node:
        if self.chance(self.wrong):
            kind = self.pick(["any", "int", "str", "list", "dict", "none", "undef", "num", "bool", "tuple", "lazy", "func"])
        if depth <= 0 or self.chance(0.25):
            return self.atom(kind)
        return getattr(self, "make_" + kind, self.make_any)(depth - 1, kind)

    def atom(self, kind: str) -> Node:
        own = [name for name, its in self.scope if its == kind or kind == "any" or its == "any"]
        known = TYPES.get(kind, [])
        if (own or known) and self.chance(0.5):
            return Node("expr", [self.pick(own) if own and self.chance(0.6) else self.pick(known or own)])
        return getattr(self, "literal_" + kind, self.literal_any)()

    def one(self, text: str) -> Node:
        return Node("expr", [text])

    def literal_any(self):
        return getattr(self, "literal_" + self.pick(["int", "num", "str", "str", "list", "dict", "tuple", "bool", "none", "undef"]))()

    def literal_int(self): return self.one(self.pick(tables.INTEGERS))
    def literal_small(self): return self.one(self.pick(["0", "1", "2", "3", "5", "8", "12", "20", "-1", "-2", "none", "true"] if self.chance(0.2) else ["0", "1", "2", "3", "4", "7", "12", "20"]))
    def literal_num(self): return self.one(self.pick(tables.FLOATS + tables.INTEGERS))
    def literal_bool(self): return self.one(self.pick(["true", "false", "True", "False"]))
    def literal_none(self): return self.one(self.pick(["none", "None"]))
    def literal_undef(self): return self.one(self.pick(TYPES["undef"] + ["nope", "m['q']", "s.zz", "s.__class__"]))
    def literal_str(self): return self.one(self.quoted(self.pick(tables.TEXTS)))
    def literal_char(self): return self.one(self.quoted(self.pick(["*", " ", "0", "é", "ab", ""] if self.chance(0.2) else ["*", "-", "é", "日"])))
    def literal_name(self): return self.one(self.quoted(self.pick(tables.NAMES)))
    def literal_by(self): return self.one(self.quoted(self.pick(["key", "value", "key", "value", "other"])))
    def literal_order(self): return self.one(self.quoted(self.pick(["big", "little", "big", "little", "other"])))
    def literal_method(self): return self.one(self.quoted(self.pick(["common", "ceil", "floor", "ceil", "floor", "other"])))
    def literal_base(self): return self.one(self.pick(["10", "16", "2", "8", "36", "0", "1", "37"]))
    def literal_single(self): return self.one(self.pick(["none", "true", "false", "1", "xs", "m", "0"]))
    def literal_key(self): return self.one(self.pick(["'a'", "'b'", "'missing'", "1", "none", "'items'", "true", "1.0", "(1, 2)"]))
    def literal_lazy(self): return self.one(self.pick(["xs|map('string')", "ss|select", "m|items", "xs|batch(2)", "xs|reverse", "ss|map('upper')", "rows|map(attribute='id')"]))
    def literal_func(self): return self.one(self.pick(["range", "s.upper", "xs.append", "dict", "m.get", "cycler(1, 2)", "joiner('; ')", "namespace(a=1)", "cycler('a').next"]))
    def literal_bytes(self): return self.one(self.pick(["s.encode()", "u.encode()", "u.encode('latin-1', 'replace')", "'\\x00\\'\"'.encode()", "''.encode()"]))
    def literal_table(self): return self.one(self.pick(["{97: 'X', 98: none, 99: 100}", "{}", "{72: 'hh', 108: '', 111: 48}", "none", "'abc'", "[1,2]"]))
    def literal_seq(self): return getattr(self, "literal_" + self.pick(["list", "str", "dict", "tuple", "lazy", "range", "list"]))()
    def literal_range(self): return self.one(self.pick(["range(3)", "range(2, 9, 3)", "range(5, 0, -2)", "range(0)", "range(-2, 2)"]))
    def literal_pattern(self): return self.one(self.quoted(self.pick(["%s", "%d", "[%5s]"])))

    def sequence(self, kind: str, depth: int, least: int = 0) -> Node:
        count = max(least, self.pick([0, 1, 1, 2, 2, 3, 4]))
        return Node("list", [self.expr(kind, depth) for _ in range(count)], ", ")

    def literal_list(self): return Node("expr", ["[", self.sequence(self.pick(["any", "int", "str", "num"]), 0), "]"])
    def literal_nums(self): return Node("expr", ["[", self.sequence("num", 0, 1), "]"])
    def literal_strs(self): return Node("expr", ["[", self.sequence("str", 0, 1), "]"])
    def literal_rows(self): return self.one(self.pick(["rows", "rows", "nested.x", "[{'n': 2}, {'n': 1, 'name': 'z'}]", "[]"]))
    def literal_tuple(self): return self.make_tuple(0)
    def literal_dict(self): return self.make_dict(0)

    def make_any(self, depth, kind="any"):
        how = self.random.random()
        if kind != "any":
            return self.atom(kind)
        if how < 0.62:
            return self.expr(self.pick(["int", "num", "str", "str", "list", "dict", "bool", "tuple", "lazy", "seq", "none"]), depth)
        if how < 0.72:
            return self.member(depth)
        if how < 0.80:
            return self.conditional("any", depth)
        if how < 0.86:
            return self.filtered(self.pick([name for name, row in tables.FILTERS.items() if row[2] in ("any", "lazy", "list")]), depth)
        if how < 0.92:
            return self.logic(depth)
        if how < 0.95 and self.macros:
            return self.macro_call(depth)
        if how < 0.96:
            return self.special(depth)
        if how < 0.99:
            return self.parenthesised(self.flat())
        return self.parenthesised(self.expr("any", depth))

    def parenthesised(self, inner: Node) -> Node:
        return Node("expr", ["(", inner, ")"])

    def conditional(self, kind, depth):
        parts = ["(", self.expr(kind, depth), " if ", self.expr(self.pick(["bool", "any"]), depth)]
        if self.chance(0.8):
            parts += [" else ", self.expr(kind, depth)]
        return Node("expr", parts + [")"])

    def logic(self, depth):
        left, right = self.expr("any", depth), self.expr("any", depth)
        return Node("expr", ["(", left, self.pick([" and ", " or ", "\nor "]), right, ")"])

    def flat(self) -> Node:
        """Operators of all kinds in a row: what binds tighter, and to which side, is for the reader to find out."""
        parts: list = []
        for index in range(self.pick([2, 3, 3, 4, 5])):
            power = False
            if index:
                operator = self.pick(["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or", "and", "or", "+", "~"])
                power = operator == "**"
                parts.append(f" {operator} ")
            if self.chance(0.12):
                parts.append("not " if not power else "-")
            elif self.chance(0.1):
                parts.append(self.pick(["-", "+"]))
            parts.append(self.one(self.pick(["0", "1", "2", "3"] if power else ["1", "2", "7", "2.5", "i", "f", "s", "'a'", "'b'", "xs", "m", "nil", "t", "missing", "(1, 2)", "[1]", "''", "'12'"])))
            if self.chance(0.2):
                parts.append(self.pick(["|string", "|int", "|float", "|length", "|abs", "|list", "|default(1)", ".a", "[0]", "['a']"]) if not power else self.pick(["|int", "|abs"]))
            if self.chance(0.15) and not power:
                parts.append(self.pick([" is ", " is not "]) + self.pick(["none", "defined", "number", "string", "odd", "divisibleby 2", "eq 1", "in xs", "sameas none", "mapping", "not none"]))
        if self.chance(0.2):
            parts += [" if ", self.one(self.pick(["t", "no", "i > 1", "missing", "not t"])), self.pick(["", " else 1", " else 'x'"])]
        return Node("expr", parts)

    def special(self, depth):
        if self.loops and self.chance(0.7):
            return self.one(self.pick([
                "loop.index", "loop.index0", "loop.revindex", "loop.revindex0", "loop.first", "loop.last", "loop.length", "loop.depth", "loop.depth0",
                "loop.previtem", "loop.nextitem", "loop.cycle('a', 'b')", "loop.changed(loop.index // 2)", "loop", "loop.missing"]))
        if self.namespaces and self.chance(0.7):
            return self.one(self.pick(self.namespaces) + self.pick([".a", ".b", ".c", ""]))
        if self.in_macro:
            return self.one(self.pick(["varargs", "kwargs", "caller()", "caller(1)", "caller is defined", "varargs|length"]))
        return self.one(self.pick(["cycler(1, 2).next()", "cycler('x').current", "joiner()()", "namespace(a=1, b=[]).b", "dict(a=1, **m)", "range(10)[2:8:2]", "dict([('k', 1)])"]))

    def member(self, depth):
        base = self.expr(self.pick(["dict", "list", "str", "tuple", "any"]), min(depth, 1))
        how = self.random.random()
        if how < 0.3:
            return Node("expr", [self.wrap(base), ".", self.pick(["a", "b", "c", "x", "items", "0", "1", "name", "missing", "real", "count", "__class__", "start", "_x"])])
        if how < 0.65:
            return Node("expr", [self.wrap(base), "[", self.expr(self.pick(["small", "key", "name", "any"]), 0), "]"])
        # Jinja2 folds the slice of a literal that cannot be sliced into an undefined value
        base = self.one(self.pick(TYPES["seq"] + TYPES["any"])) if self.chance(0.6) else self.expr(self.pick(["list", "str", "tuple"]), 0)
        return Node("expr", [self.wrap(base), "[", self.slice_parts(), "]"])

    def slice_parts(self):
        parts = []
        for index in range(self.pick([2, 2, 2, 3, 3])):
            if index:
                parts.append(":")
            if self.chance(0.6):
                parts.append(self.expr("small", 0))
        return Node("fixed", parts)

    def wrap(self, node: Node) -> Node:
        """A thing that a postfix may follow."""
        text = node.text()
        if text.isidentifier() or (text[:1] in "([{'\"" and self.is_single(text)):
            return node
        return self.parenthesised(node)

    @staticmethod
    def is_single(text: str) -> bool:
        """One bracket or literal, and nothing behind it: only looked at for the common shapes."""
        if text[0] in "'\"":
            return text.count(text[0]) == 2 and text[-1] == text[0]
        depth = 0
        for index, c in enumerate(text):
            if c in "([{":
                depth += 1
            elif c in ")]}":
                depth -= 1
                if depth == 0:
                    return index == len(text) - 1
            elif c in "'\"":
                return False
        return False

    def filtered(self, name, depth):
        operand, parameters, _ = tables.FILTERS[name]
        return self.with_filter(self.expr(operand, depth), name, parameters, depth)

    def with_filter(self, base, name, parameters, depth):
        arguments = self.arguments(parameters, min(depth, 1))
        return Node("expr", [self.wrap(base), self.pick(["|", " | ", "|"]), name, Node("fixed", ["(", arguments, ")"]) if arguments.parts or self.chance(0.1) else ""])

    def arguments(self, parameters, depth):
        parts = []
        by_name = False
        for parameter in parameters:
            name, kind = parameter if isinstance(parameter, tuple) else (None, parameter)
            if kind.endswith("?"):
                if self.chance(0.5):
                    by_name = True
                    if name is None:
                        break
                    continue
            value = self.expr(kind.rstrip("?"), depth)
            if name is not None and (by_name or self.chance(0.15)):
                by_name = True
                parts.append(Node("fixed", [name, "=", value]))
            else:
                parts.append(Node("fixed", [value]))
        if self.chance(self.wrong * 0.5):
            extra = self.pick([Node("fixed", [self.expr("any", 0)]), Node("fixed", ["bogus=", self.expr("any", 0)]), Node("fixed", ["*", self.expr("seq", 0)]), Node("fixed", ["**", self.expr("dict", 0)])])
            parts.insert(len(parts) if extra.parts[0] != "" else 0, extra)
        if parts and self.chance(self.wrong * 0.3):
            parts.pop()
        return Node("list", parts, ", ")

    def method_call(self, kind, depth, result=None):
        methods = tables.METHODS[kind]
        names = [name for name, row in methods.items() if result is None or row[1] == result]
        name = self.pick(names or list(methods))
        base = self.expr(kind, depth)
        parts = [self.wrap(base), ".", name, "(", self.arguments(methods[name][0], min(depth, 1)), ")"]
        return Node("expr", parts)

    def operator(self, kind, operators, depth):
        left = self.expr(kind, depth)
        op = self.pick(operators)
        right = self.literal_small() if op == "**" else self.expr(kind, depth)
        gap = self.pick(["", " ", " ", "\n"])
        both = Node("expr", [left, gap, op, gap, right])
        return both if self.chance(0.4) else self.parenthesised(both)

    def make_int(self, depth, kind="int"):
        how = self.random.random()
        if how < 0.35:
            return self.operator("int", ["+", "-", "*", "//", "%", "**"], depth)
        if how < 0.45:
            return Node("expr", [self.pick(["-", "+", "-"]), self.wrap(self.expr("int", depth))])
        if how < 0.75:
            return self.filtered(self.pick(["int", "length", "count", "wordcount", "sum", "abs", "round"]), depth)
        if how < 0.95:
            return self.method_call(self.pick(["str", "list", "int", "tuple"]), depth, "int")
        return self.conditional("int", depth)

    def make_num(self, depth, kind="num"):
        how = self.random.random()
        if how < 0.4:
            return self.operator("num", ["+", "-", "*", "/", "//", "%"], depth)
        if how < 0.5:
            return Node("expr", ["-", self.wrap(self.expr("num", depth))])
        if how < 0.9:
            return self.filtered(self.pick(["float", "sum", "abs", "round", "int", "max"]), depth)
        return self.method_call("num", depth)

    def make_small(self, depth, kind="small"): return self.literal_small()

    def make_bool(self, depth, kind="bool"):
        how = self.random.random()
        if how < 0.4:
            return self.test(depth)
        if how < 0.6:
            return self.comparison(depth)
        if how < 0.7:
            return Node("expr", ["(not ", self.expr("any", depth), ")"])
        if how < 0.85:
            return self.method_call("str", depth, "bool")
        return self.logic(depth)

    def comparison(self, depth):
        kind = self.pick(["int", "num", "str", "list", "any"])
        parts = [self.expr(kind, depth)]
        for _ in range(self.pick([1, 1, 1, 2])):
            op = self.pick(["==", "!=", "<", ">", "<=", ">=", "in", "not in"])
            parts += [f" {op} ", self.expr("seq" if op.endswith("in") else kind, depth)]
        return Node("expr", ["(", *parts, ")"])

    def test(self, depth):
        name = self.pick(list(tables.TESTS))
        operand = self.expr(tables.OPERAND_OF_TEST.get(name, "any"), depth if name != "sameas" else 0)
        if name == "sameas":
            operand = self.literal_single()
        parts = ["(", self.wrap(operand), self.pick([" is ", " is ", " is not "]), name]
        arguments = [self.literal_single() if kind == "single" else self.expr(kind, min(depth, 1)) for kind in tables.TESTS[name]]
        if arguments and self.chance(0.3):
            parts += [" ", self.wrap(arguments[0])]
        elif arguments or self.chance(0.05):
            if self.chance(self.wrong):
                arguments.append(self.expr("any", 0))
            parts += ["(", Node("list", arguments, ", "), ")"]
        return Node("expr", parts + [")"])

    def make_str(self, depth, kind="str"):
        how = self.random.random()
        if how < 0.08:
            return self.operator("str", ["+"], depth)
        if how < 0.22:
            return Node("expr", ["(", self.wrap(self.expr("any", depth)), " ~ ", self.wrap(self.expr("any", depth)), ")"])
        if how < 0.28:
            return self.operator_repeat(depth)
        if how < 0.36:
            return self.percent(depth)
        if how < 0.44:
            return self.str_format(depth)
        if how < 0.72:
            return self.filtered(self.pick([name for name, row in tables.FILTERS.items() if row[2] == "str"]), depth)
        if how < 0.95:
            return self.method_call(self.pick(["str", "str", "str", "str", "str", "num", "bytes"]), depth, "str")
        return self.conditional("str", depth)

    def operator_repeat(self, depth):
        return Node("expr", ["(", self.expr(self.pick(["str", "list"]), depth), " * ", self.literal_small(), ")"])

    def percent(self, depth):
        count = self.pick([1, 1, 2, 3])
        formats, values = [], []
        for _ in range(count):
            c = self.pick("ssrdiuxXofFeEgGca%")
            flags = self.pick(["", "", "", "-", "+", "0", " ", "#", "-#", "+0"])
            width = self.pick(["", "", "5", "10", "1", "*"])
            precision = self.pick(["", "", "", ".0", ".2", ".5", ".*", "."])
            formats.append(self.pick(["", "a", " ", "|"]) + "%" + flags + width + precision + c)
            values += [self.literal_small() for part in (width, precision) if "*" in part]
            if c != "%":
                values.append(self.expr({"s": "any", "r": "any", "a": "any", "c": "char"}.get(c, "num" if c in "fFeEgGdiu" else "int"), depth))
        text = self.quoted("".join(formats))
        if self.chance(0.2):
            return Node("expr", ["(", text, "|format(", Node("list", values, ", "), "))"])
        if self.chance(0.1):
            return Node("expr", ["(", self.quoted("%(a)s %(b)" + self.pick("srd5")), " % ", self.expr("dict", depth), ")"])
        if len(values) == 1 and self.chance(0.6):
            return Node("expr", ["(", text, " % ", self.wrap(values[0]), ")"])
        return Node("expr", ["(", text, " % (", Node("list", values, ", "), ",) )" if values else "))"])

    def str_format(self, depth):
        fields, values = [], []
        automatic = self.chance(0.6)
        for index in range(self.pick([1, 1, 2])):
            kind = self.pick(["str", "int", "num", "any", "bool"])
            align = self.pick(["", "", "<", ">", "^", "=", "*^", "0=", "é<"])
            sign = self.pick(["", "", "", "+", "-", " "])
            width = self.pick(["", "", "8", "08", "20", "1"])
            group = self.pick(["", "", "", ",", "_"])
            precision = self.pick(["", "", ".2", ".0", ".6"])
            code = {"str": self.pick(["", "s"]), "int": self.pick(["", "d", "x", "X", "b", "o", "c", "n", "e", "f", "%"]), "num": self.pick(["", "f", "e", "g", "G", "%", "E", "F", "d"])}.get(kind, self.pick(["", "", "s", "d"]))
            spec = "" if self.chance(0.35) else align + (sign if kind != "str" or self.chance(0.1) else "") + self.pick(["", "", "#", "z"] if self.chance(0.3) else [""]) + width + (group if kind != "str" or self.chance(0.1) else "") + (precision if kind != "int" or self.chance(0.1) else "") + code
            name = "" if automatic else str(index)
            name += self.pick(["", "", "", "", "", ".a", "[0]", "[a]", ".__class__"] if self.chance(0.2) else [""])
            fields.append(self.pick(["", "a ", "{{", "}}"]) + "{" + name + self.pick(["", "", "", "!r", "!s", "!a"]) + (":" + spec if spec else "") + "}")
            values.append(self.expr(kind, depth))
        text = "".join(fields)
        if "{{" in text or "}}" in text:
            pass  # inside of a string they are text to the lexer
        return Node("expr", [self.quoted(text), ".format(", Node("list", values, ", "), ")"])

    def make_list(self, depth, kind="list"):
        how = self.random.random()
        if how < 0.3:
            return Node("expr", ["[", self.sequence(self.pick(["any", "any", "int", "str", "list"]), depth), self.pick(["", "", "", ","]) if self.chance(0.1) else "", "]"])
        if how < 0.6:
            return self.filtered(self.pick(["list", "sort", "dictsort", "groupby", "list"]), depth)
        if how < 0.7:
            return self.operator("list", ["+"], depth)
        if how < 0.85:
            return Node("expr", [self.make_lazy(depth), "|list"])
        return self.method_call("str", depth, "strs")

    make_nums = lambda self, depth, kind="nums": self.literal_nums()
    make_strs = lambda self, depth, kind="strs": self.method_call("str", depth, "strs") if self.chance(0.4) else self.literal_strs()
    make_seq = lambda self, depth, kind="seq": self.expr(self.pick(["list", "str", "dict", "tuple", "lazy", "list", "range"]), depth)

    def make_range(self, depth, kind="range"):
        return Node("expr", ["range(", Node("list", [self.literal_small() for _ in range(self.pick([1, 1, 2, 3]))], ", "), ")"])

    def make_tuple(self, depth, kind="tuple"):
        inner = self.sequence("any", depth)
        return Node("expr", ["(", inner, ",)" if inner.parts else ")"])

    def make_dict(self, depth, kind="dict"):
        if self.chance(0.15):
            return Node("expr", ["dict(", self.pick(["", "m, ", "[('q', 1)], "]), Node("list", [Node("fixed", [self.pick(["a", "b", "zed", "class"]), "=", self.expr("any", depth)]) for _ in range(self.pick([0, 1, 2]))], ", "), ")"])
        entries = [Node("fixed", [self.expr(self.pick(["key", "str", "key"]), 0), ": ", self.expr("any", depth)]) for _ in range(self.pick([0, 1, 2, 2, 3]))]
        return Node("expr", ["{", Node("list", entries, ", "), "}"])

    def make_lazy(self, depth, kind="lazy"):
        how = self.random.random()
        if how < 0.35:
            return self.filtered(self.pick(["batch", "slice", "unique", "items", "reverse"]), depth)
        base = self.wrap(self.expr(self.pick(["list", "strs", "nums", "rows"]), depth))
        if how < 0.5:
            name = self.pick(["upper", "string", "int", "length", "abs", "first", "list", "trim", "title", "float"])
            return Node("expr", [base, "|map('", name, "')"])
        if how < 0.6:
            return Node("expr", [base, "|map(attribute=", self.literal_name(), Node("fixed", [", default=", self.expr("any", 0)]) if self.chance(0.3) else "", ")"])
        name = self.pick(["defined", "none", "string", "number", "odd", "even", "mapping", "iterable", "lower", "upper", "true"])
        binary = self.pick(["eq", "equalto", "ne", "gt", "lt", "in", "divisibleby", "==", ">", "<=", "sameas"])
        which = self.pick(["select", "reject"])
        rest = self.pick(["", f"'{name}'", f"'{name}'"]) if self.chance(0.5) else Node("fixed", [f"'{binary}', ", self.literal_single() if binary == "sameas" else self.expr("any", 0)])
        if how < 0.85:
            return Node("expr", [base, "|", which, Node("fixed", ["(", rest, ")"]) if not isinstance(rest, str) or rest else ""])
        return Node("expr", [base, "|", which, "attr(", self.literal_name(), Node("fixed", [", ", rest]) if not isinstance(rest, str) or rest else "", ")"])

    def make_undef(self, depth, kind="undef"): return self.literal_undef()
    def make_none(self, depth, kind="none"): return self.method_call(self.pick(["list", "dict"]), 0, "none") if self.chance(0.3) else self.literal_none()
    def make_func(self, depth, kind="func"): return self.literal_func()
    def make_bytes(self, depth, kind="bytes"): return self.literal_bytes()

    def macro_call(self, depth):
        name, count = self.pick(self.macros)
        values = [Node("fixed", [self.expr("any", depth)]) for _ in range(max(0, count + self.pick([0, 0, 0, -1, 1])))]
        if self.chance(0.2):
            values.append(Node("fixed", [self.pick(["a", "b", "k", "caller"]), "=", self.expr("any", 0)]))
        if self.chance(0.05):
            values.append(Node("fixed", ["*", self.expr("list", 0)]))
        if self.chance(0.05):
            values.append(Node("fixed", ["**", self.expr("dict", 0)]))
        return Node("expr", [name, "(", Node("list", values, ", "), ")"])

    # ------------------------------------------------------------------------------------------------------------------------ statements

    def open(self, sign="%"): return "{" + sign + self.pick(["", "", "", "", "-", "-", "+"]) + self.pick([" ", " ", " ", "", "\n"])

    def close(self, sign="%"):
        marks = ["", "", "", "", "-", "-"] + (["+"] if sign == "%" else [])
        return self.pick([" ", " ", "", "\n "]) + self.pick(marks) + sign + "}"

    def print_close(self): return self.pick([" ", " ", ""]) + self.pick(["", "", "", "-"]) + "}}"

    def tag(self, *parts) -> Node:
        return Node("fixed", [self.open(), *parts, self.close()])

    def body(self, depth: int, most: int = 3) -> Node:
        return Node("list", [self.statement(depth) for _ in range(self.random.randint(0, most))])

    def scoped(self, depth, names=(), most=3) -> Node:
        saved = list(self.scope), list(self.macros), list(self.namespaces)
        self.scope += names
        body = self.body(depth, most)
        self.scope, self.macros, self.namespaces = saved
        return body

    def template(self) -> Node:
        return Node("list", [self.statement(3) for _ in range(self.random.randint(1, 5))])

    def statement(self, depth: int) -> Node:
        how = self.random.random()
        if how < 0.17:
            return self.data()
        if how < 0.50 or depth <= 0:
            return self.print()
        makers = [self.set, self.set, self.set_block, self.if_, self.if_, self.for_, self.for_, self.for_, self.macro, self.call_block, self.with_, self.filter_block,
                  self.raw, self.comment, self.do, self.namespace, self.set_namespace, self.control, self.unpack, self.print_tag,
                  self.block]
        return self.pick(makers)(depth - 1)

    def data(self) -> Node:
        return Node("stmt", [self.pick(DATA) + self.pick(BLANKS)])

    def print(self) -> Node:
        inner = self.expr("any", 3) if not self.chance(0.06) else self.flat()
        if self.chance(0.04):
            inner = Node("fixed", ["(", inner, ")|tojson", self.pick(["", "(2)", "(indent=1)"])])
        elif self.chance(0.03):
            inner = Node("list", [inner, self.expr("any", 1)], ", ")
        return Node("stmt", ["{{", self.pick(["", "", "", "-", "+"]), self.pick([" ", " ", " ", "", "\n"]), inner, self.print_close()])

    def print_tag(self, depth): return Node("stmt", [self.tag("print ", Node("list", [self.expr("any", 2) for _ in range(self.pick([1, 1, 2]))], ", "))])

    def set(self, depth) -> Node:
        kind = self.pick(["any", "int", "str", "list", "dict", "lazy", "bool"])
        value = self.expr(kind, 2)
        name = self.pick(["a1", "b1", "i", "s", "xs"]) if self.chance(0.3) else self.fresh("v")
        node = Node("stmt", [self.tag("set ", name, " = ", value)])
        self.scope.append((name, kind))
        return node

    def unpack(self, depth) -> Node:
        first, second = self.fresh("v"), self.fresh("v")
        target = self.pick([f"{first}, {second}", f"({first}, {second})", f"{first}, ({second}, w)"])
        value = self.pick([Node("list", [self.expr("any", 1), self.expr("any", 1)], ", "), self.expr("any", 1), Node("expr", ["(", self.expr("any", 0), ", [1, 2])"])])
        self.scope += [(first, "any"), (second, "any")]
        return Node("stmt", [self.tag("set ", target, " = ", value)])

    def set_block(self, depth) -> Node:
        name = self.fresh("v")
        filters = self.pick(["", "", " | upper", "|trim|length", " | replace('a', 'b')"])
        body = self.scoped(depth)
        node = Node("stmt", [self.tag("set ", name, filters), body, self.tag("endset")])
        self.scope.append((name, "str"))
        return node

    def if_(self, depth) -> Node:
        parts = [self.tag("if ", self.expr(self.pick(["bool", "any"]), 2)), self.body(depth)]
        if self.chance(0.25):
            parts.append(Node("fixed", [self.tag("elif ", self.expr("any", 2)), self.body(depth, 2)]))
        if self.chance(0.4):
            parts.append(Node("fixed", [self.tag("else"), self.body(depth, 2)]))
        return Node("stmt", parts + [self.tag("endif")])

    def for_(self, depth) -> Node:
        recursive = self.chance(0.1)
        name = self.fresh("x")
        names, target = [(name, "any")], name
        iterable = self.expr(self.pick(["list", "list", "seq", "rows", "range", "any"]), 2)
        if recursive and self.chance(0.5):
            iterable = self.one("[[1, [2]], [3]]")
        elif self.chance(0.2):
            other = self.fresh("x")
            target, names = f"{name}, {other}", names + [(other, "any")]
            iterable = self.one(self.pick(["m.items()", "pairs", "m|dictsort", "[(1, 2), (3, 4)]", "ss", "xs|batch(2)", "rows|groupby('id')"]))
        test = Node("fixed", [" if ", self.with_names(names, lambda: self.expr("bool", 2))]) if self.chance(0.2) else ""
        parts = [self.tag("for ", target, " in ", iterable, test, " recursive" if recursive else "")]
        self.loops += 1
        if recursive:
            names = names + [(f"loop({name})", "any")] if self.chance(0.8) else names
        parts.append(self.scoped(depth, names))
        self.loops -= 1
        if self.chance(0.2):
            parts.append(Node("fixed", [self.tag("else"), self.scoped(depth, (), 1)]))
        return Node("stmt", parts + [self.tag("endfor")])

    def with_names(self, names, make):
        saved = list(self.scope)
        self.scope += names
        made = make()
        self.scope = saved
        return made

    def macro(self, depth) -> Node:
        name = self.fresh("mac")
        count = self.pick([0, 1, 1, 2, 2])
        parameters, names = [], []
        for index in range(count):
            parameter = "ab"[index]
            names.append((parameter, "any"))
            has_default = (parameters and "=" in parameters[-1].text()) or self.chance(0.3)
            parameters.append(Node("fixed", [parameter, "=", self.expr("any", 1)] if has_default else [parameter]))
        saved = self.in_macro, self.loops
        self.in_macro, self.loops = True, 0
        body = self.scoped(depth, names)
        self.in_macro, self.loops = saved
        node = Node("stmt", [self.tag("macro ", name, "(", Node("list", parameters, ", "), ")"), body, self.tag("endmacro")])
        self.macros.append((name, count))
        if self.chance(0.5):
            return Node("stmt", [Node("list", [node, Node("stmt", ["{{ ", self.macro_call(1), self.print_close()])])])
        return node

    def call_block(self, depth) -> Node:
        if not self.macros:
            return self.macro(depth)
        parameters = self.pick(["", "", "(c)", "(c, d1=1)", "()"])
        names = [("c", "any")] if "c" in parameters else []
        return Node("stmt", [self.tag("call", parameters, " ", self.macro_call(1)), self.scoped(depth, names, 2), self.tag("endcall")])

    def with_(self, depth) -> Node:
        names, values = [], []
        for _ in range(self.pick([0, 1, 1, 2])):
            name = self.fresh("w")
            values.append(Node("fixed", [name, " = ", self.expr("any", 2)]))
            names.append((name, "any"))
        return Node("stmt", [self.tag("with ", Node("list", values, ", ")), self.scoped(depth, names), self.tag("endwith")])

    def filter_block(self, depth) -> Node:
        filters = self.pick(["upper", "trim", "replace('a', 'b')", "lower|title", "indent(2)", "length", "wordcount", "center(20)", "truncate(5, true)", "list", "indent(width=3, first=true)", "join('-')"])
        return Node("stmt", [self.tag("filter ", filters), self.scoped(depth), self.tag("endfilter")])

    def block(self, depth) -> Node:
        """Blocks, which need no loader, and what needs one."""
        if self.chance(0.15):
            return Node("stmt", [self.tag(self.pick([
                "include 'a'", "include 'a' ignore missing", "include ['a', 'b']", "include missing", "include 1", "import 'a' as lib", "from 'a' import b", "extends 'a'", "extends none", "include 'a' without context"]))])
        if self.blocks and self.chance(0.3):
            return Node("stmt", ["{{ self.", self.pick(self.blocks), "()", self.print_close()])
        name = self.fresh("block")
        saved = self.in_macro, self.loops
        self.in_macro, self.loops = False, 0
        inner = self.scoped(depth) if not self.chance(0.1) else Node("list", [Node("stmt", ["{{ super()", self.print_close()])])
        self.in_macro, self.loops = saved
        node = Node("stmt", [self.tag("block ", name, self.pick(["", "", "", " scoped", " required"])), inner, self.tag("endblock", self.pick(["", "", f" {name}"]))])
        self.blocks.append(name)
        return node

    def raw(self, depth) -> Node:
        text = self.pick(["{{ x }}", "{% if %}", " a ", "{# c #}", "\n{{\n", ""])
        return Node("stmt", [self.tag("raw"), text, self.tag("endraw")])

    def comment(self, depth) -> Node:
        return Node("stmt", ["{#", self.pick(["", "-", "+", " "]), self.pick([" c ", "{{ x }}", "\n\n", "", "'"]), self.pick(["", "-", "+", " "]), "#}"])

    def do(self, depth) -> Node:
        return Node("stmt", [self.tag("do ", self.pick([self.method_call(self.pick(["list", "dict"]), 0), self.expr("any", 2)]))])

    def namespace(self, depth) -> Node:
        name = self.fresh("ns")
        node = Node("stmt", [self.tag("set ", name, " = namespace(", Node("list", [Node("fixed", [key, "=", self.expr("any", 1)]) for key in self.pick(["", "a", "ab"])], ", "), ")")])
        self.namespaces.append(name)
        return node

    def set_namespace(self, depth) -> Node:
        if not self.namespaces and self.chance(0.9):
            return self.namespace(depth)
        name = self.pick(self.namespaces or ["m", "xs", "nope"])
        if self.chance(0.15):
            return Node("stmt", [self.tag("set ", name, ".", self.pick("abc"), ""), self.scoped(depth), self.tag("endset")])
        return Node("stmt", [self.tag("set ", name, ".", self.pick("abc"), " = ", self.expr("any", 2))])

    def control(self, depth) -> Node:
        if not self.loops and self.chance(0.95):
            return self.print()
        inner = self.tag(self.pick(["break", "continue"]))
        if self.chance(0.6):
            inner = Node("fixed", [self.tag("if ", self.expr("bool", 2)), inner, self.tag("endif")])
        return Node("stmt", [inner])


TOKENS = [
    "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "-}}", "{{-", "+%}", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", "~", "=", "==", "**", "//", "!", ";", "%", "-", "+", "*",
    "if", "else", "elif", "endif", "for", "in", "endfor", "recursive", "set", "endset", "macro", "endmacro", "call", "endcall", "with", "endwith", "filter", "endfilter", "do", "raw",
    "endraw", "is", "not", "and", "or", "none", "true", "loop", "break", "continue", "print", "upper", "defined", "x", "i", "xs", "m", "1", "2.5", "'a'", '"', "'", "\n", " ", "import",
    "\\", "@", "$", "1.", ".5", "012", "1e", "0x", "é", "x²", "not in", "is not", "caller", "varargs", "a.b", "x=1", "*xs", "**m", "nonsense", "|nonsense", "is nonsense",
]
# Mutations must not lead to what is left out (tables.py).
UNWANTED = ("autoescape", "random", "lipsum", "escape", "urlize", "xmlattr", "|e", "safe", "Markup")


def mutated(text: str, chance: random.Random) -> str:
    """Text that is broken somewhere, as people break it."""
    import re

    pieces = re.findall(r"\{[{%#][-+]?|[-+]?[}%#]\}|\w+|\s+|.", text, re.S)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        at = chance.randrange(len(pieces) + 1)
        how = chance.random()
        if how < 0.3 and pieces:
            del pieces[min(at, len(pieces) - 1)]
        elif how < 0.75:
            pieces.insert(at, chance.choice(TOKENS))
        elif pieces:
            other = chance.randrange(len(pieces))
            at = min(at, len(pieces) - 1)
            pieces[at], pieces[other] = pieces[other], pieces[at]
    return "".join(pieces)


def is_wanted(source: str) -> bool:
    return not any(word in source for word in UNWANTED)


class Case:
    """A template, its context and the options of its environment."""

    def __init__(self, tree, context: dict, options: dict):
        self.tree = tree  # a Node, or text
        self.context = context
        self.options = options

    @property
    def source(self) -> str:
        return self.tree if isinstance(self.tree, str) else self.tree.text()

    def with_tree(self, tree) -> "Case":
        return Case(tree, self.context, self.options)


def make_case(seed: int, number: int) -> Case:
    generator = Generator(seed, number)
    tree = generator.template()
    options = {}
    for name in ("trim_blocks", "lstrip_blocks", "keep_trailing_newline"):
        if generator.chance(0.1):
            options[name] = True
    context = json.loads(json.dumps(CONTEXT))
    if generator.chance(0.12):
        broken = mutated(tree.text(), generator.random)
        return Case(broken if is_wanted(broken) else tree, context, options)
    return Case(tree, context, options)
