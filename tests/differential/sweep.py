"""Every filter, test, global, method and operator of real Jinja2, by introspection, with operands and arguments of every shape."""
from __future__ import annotations

import functools
import inspect
import itertools
import json

import generator
import reference
import tables

OPERANDS = [
    "missing", "none", "true", "0", "7", "(-3)", "(2**70)", "2.5", "(-0.0)", "(f*1e308)", "''", "'abc'", "'a b-c  d'", "'Äß日'", "'12'", "' -1_0 '", "[]", "[3, 1, 2]", "['b', 'A', 'a']",
    "[1, 'a']", "[[1], [2]]", "[missing]", "()", "(1, 2)", "{}", "{'a': 1, 'B': 2}", "{1: none}", "range(3)", "(xs|map('string'))", "dict", "s.upper", "namespace(a=1)", "rows",
    "'x\\xe9'.encode()", "s.__class__", "m.items()", "(rows|groupby('id'))[0]", "cycler(1, 2)",
]
ARGUMENTS = [
    "missing", "none", "true", "0", "1", "-1", "3", "2**70", "-2**70", "2.5", "''", "'a'", "'id'", "'abc'", "[]", "['a', 'b']", "{}", "{'a': 1}", "('a', 'b')", "range(2)", "s.upper", "'x'.encode()", "s.__class__",
]
FEW_ARGUMENTS = ["missing", "none", "true", "1", "-1", "2**70", "2.5", "'a'", "[]", "('a', 1)", "{'a': 1}"]
TYPICAL = {
    "any": "1", "num": "2.5", "int": "2", "small": "2", "str": "'b'", "bool": "true", "name": "'id'", "by": "'value'", "base": "16", "method": "'ceil'", "seq": "[1, 2]", "char": "'*'", "strs": "['a', 'b']",
    "table": "{97: 'X'}", "key": "'a'", "dict": "{'z': 1}", "order": "'big'", "nums": "[1, 2]", "rows": "rows", "list": "[2, 1]",
}
TYPICAL_OPERAND = {**TYPICAL, "str": "'abc b'", "num": "(-2.567)", "seq": "[3, 1, 2]", "dict": "{'b': 1, 'A': 2}"}
RECEIVERS = {
    "str": ["'abc'", "''", "'a,b,,c'", "' Äßx y\\n'", "'Hello {0} %s'", "'12'"], "list": ["[3, 1, 2]", "[]", "['b', none]"], "tuple": ["(1, 2, 1)", "()"], "dict": ["{'a': 1, 'b': [2]}", "{}"],
    "int": ["5", "(-300)", "(2**70)", "true"], "float": ["2.5", "(-0.0)", "(f*1e308)", "1e300"], "range": ["range(3)", "range(9, 2, -3)"],
}
TYPES = {"str": str, "list": list, "tuple": tuple, "dict": dict, "int": int, "float": float, "range": range}
# from_bytes and fromhex make numbers of what no template has; the attributes that are no methods are read in `attributes` below
LEFT_OUT_METHODS = {"from_bytes", "fromhex"}
OPERATORS = ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", "<=", "in", "not in", "and", "or"]


def parameters_of(function, skipped: int) -> list[str] | None:
    try:
        parameters = list(inspect.signature(function).parameters.values())[skipped:]
    except (TypeError, ValueError):
        return None
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def shapes(typical: list[str], names: list[str]):
    """Arguments of a call: none, each one odd while those before are as meant, by keyword, unknown, too many, spread."""
    yield ""
    count = max(len(typical), len(names))
    typical = typical + ["1"] * (count + 1 - len(typical))
    for index in range(count):
        for odd in ARGUMENTS if index == 0 else FEW_ARGUMENTS:
            yield ", ".join(typical[:index] + [odd])
    yield ", ".join(typical[:count])
    for extra in ("1", "none"):
        yield ", ".join(typical[:count] + [extra])
    for index, name in enumerate(names):
        for odd in FEW_ARGUMENTS:
            yield ", ".join(typical[:index] + [f"{name}={odd}"])
        yield f"{name}={typical[index]}"
    yield "bogus=1"
    yield ", ".join(typical[:1] + ["bogus=1"])
    yield "*[1, 2]"
    yield "*[]"
    yield "**{'a': 1}"
    yield "*1"
    yield "**1"
    yield "*missing"


def called(prefix: str, arguments: str) -> str:
    return prefix + (f"({arguments})" if arguments else "")


def filters():
    environment = reference.make_environment({})
    for name in sorted(set(environment.filters) - tables.LEFT_OUT_FILTERS):
        function = environment.filters[name]
        names = parameters_of(function, 2 if hasattr(function, "jinja_pass_arg") else 1) or []
        operand, meant, _ = tables.FILTERS.get(name, ("list", [], "any"))
        typical = [TYPICAL.get(kind.rstrip("?"), "1") for _, kind in meant]
        needed = [TYPICAL.get(kind.rstrip("?"), "1") for _, kind in meant if not kind.endswith("?")]
        suffix = "" if name != "tojson" else "|string"
        for value in OPERANDS:
            if (value == "dict" and name in ("dictsort", "items")) or value.endswith(".encode()"):
                continue  # see tables.py
            yield f"{{{{ {called(f'{value}|{name}', ', '.join(needed))}{suffix} }}}}"
            yield f"{{{{ ({called(f'{value}|{name}', ', '.join(needed))}{suffix})|list }}}}"
        for value in (TYPICAL_OPERAND.get(operand, "'a'"), "[]", "missing", "'abc'", "rows"):
            for arguments in shapes(typical, names):
                yield f"{{{{ {called(f'{value}|{name}', arguments)}{suffix} }}}}"
                yield f"{{{{ ({called(f'{value}|{name}', arguments)}{suffix})|list }}}}"


def tests():
    environment = reference.make_environment({})
    for name in sorted(set(environment.tests) - tables.LEFT_OUT_TESTS):
        if not name.isidentifier():
            continue
        needed = [TYPICAL.get(kind, "none") for kind in tables.TESTS.get(name, [])]
        for value in OPERANDS:
            if name != "sameas":
                yield f"{{{{ {called(f'{value} is {name}', ', '.join(needed))} }}}}"
        for value in ("missing", "7", "'abc'", "[3]") if name != "sameas" else ("none", "xs"):
            for arguments in shapes(needed, parameters_of(environment.tests[name], 1) or []) if name != "sameas" else ("", "none", "xs", "none, none", "other=xs"):
                yield f"{{{{ {called(f'{value} is {name}', arguments)} }}}}"
    for symbol in tables.SYMBOL_TESTS:
        for value in ARGUMENTS:
            yield f"{{{{ [1, 2, 3]|select('{symbol}', {value})|list }}}}"


def global_functions():
    for name, typical in {"range": ["2", "9", "3"], "dict": ["[('a', 1)]"], "cycler": ["1", "2"], "joiner": ["'; '"], "namespace": ["{'a': 1}"]}.items():
        read = {"cycler": "{{ v.current }}{{ v.next() }}{{ v.current }}", "joiner": "{{ v() }}{{ v() }}", "range": "{{ v }}{{ v|list }}{{ v[1:] }}{{ v.start }}"}.get(name, "{{ v }}")
        for arguments in shapes(typical, ["sep"] if name == "joiner" else []):
            if (name, arguments) != ("range", "2, 9, 2**70"):  # see tables.py
                yield f"{{% set v = {name}({arguments}) %}}{read}"


def methods():
    for type_name, receivers in RECEIVERS.items():
        for name in sorted(name for name in dir(TYPES[type_name]) if not name.startswith("_") and name not in LEFT_OUT_METHODS):
            function = getattr(TYPES[type_name], name)
            if not callable(function):
                for receiver in receivers:
                    yield f"{{{{ {receiver}.{name} }}}}"
                continue
            meant = tables.METHODS.get({"float": "num", "range": "tuple"}.get(type_name, type_name), {}).get(name, ([], ""))[0]
            typical = [TYPICAL.get(kind.rstrip("?"), "1") for kind in meant]
            names = parameters_of(function, 1)
            for receiver in receivers:
                for arguments in shapes(typical, names if names is not None else ["start"]):
                    yield f"{{% set v = {receiver} %}}{{{{ v.{name}({arguments}) }}}}|{{{{ v }}}}"
            yield f"{{{{ {receivers[0]}.{name} }}}}"


def attributes():
    names = ["a", "b", "0", "1", "items", "real", "imag", "numerator", "start", "step", "grouper", "list", "__class__", "__len__", "_x", "mro", "name", "next", "current", "sep"]
    for value in OPERANDS:
        for name in names:
            if name != "0" and name != "1" or not value[-1].isdigit():
                yield f"{{{{ {value if not value[-1].isdigit() else f'({value})'}.{name} is defined }}}}"
        for key in ARGUMENTS:
            yield f"{{{{ ({value})[{key}] }}}}"
        for part in ("1:", ":1", "::-1", "::2", "-2:", "5:", ":-9", "::0", "2**70:", ":-2**70", "'a':", "1.5:", "none:none", "missing:", "true:"):
            if not value[0].isdigit() and value != "dict":  # slices of numbers are folded when Jinja2 compiles, and then print as undefined
                yield f"{{% set v = {value} %}}{{{{ v[{part}] }}}}"


def operators():
    values = [value for value in OPERANDS if value not in ("cycler(1, 2)",)]
    for left, right in itertools.product(values, values):
        for operator in OPERATORS:
            if left == right == "s.upper" or (left == right == "m.items()" and operator[0] == "<") or (left == "m.items()" and operator == "-"):
                continue  # see tables.py
            if left.endswith(".encode()") and operator == "%":
                continue
            yield f"{{{{ {left} {operator} {right} }}}}"
        if right not in ("(2**70)", "(f*1e308)") and not (left == "(-3)" and right == "2.5"):  # which is complex
            yield f"{{{{ {left} ** {right} }}}}"
    for value in values:
        yield from (f"{{{{ {sign}{value} }}}}" for sign in ("-", "+", "not "))


def format_specs():
    parts = [["", "<", "^", "=", "*>"], ["", "+", " "], ["", "#"], ["", "0"], ["", "8"], ["", ",", "_"], ["", ".2"], ["", *"dfegxbocsn%EGXz"]]
    values = ["5", "-2.5", "'éa'", "true", "10**20", "0.0", "(f*1e308)", "none", "[1]", "missing"]
    for number, spec in enumerate(itertools.product(*parts)):
        for value in (values[number % len(values)], values[(number // 7) % len(values)]):
            yield f"{{{{ '{{:{''.join(spec)}}}'.format({value}) }}}}"


def percent_formats():
    parts = [["", "-", "+", " ", "0", "#", "-0", "+#"], ["", "6", "*"], ["", ".", ".0", ".3", ".*"], [*"sdiuxXofFeEgGcra%y", ""]]
    values = ["5", "-2.5", "'éa'", "true", "-10**20", "0.0", "(f*1e308)", "none", "[1]", "missing", "'c'", "97", "{'a': 1}"]
    for number, spec in enumerate(itertools.product(*parts)):
        stars = ["7"] * "".join(spec).count("*")
        for index in range(4):
            value = values[(number + index * 3) % len(values)]
            yield f"{{{{ '%{''.join(spec)}' % ({', '.join([*stars, value])},) }}}}"
        yield f"{{{{ '%{''.join(spec)}' % {values[number % len(values)]} }}}}"


@functools.cache
def templates() -> list[str]:
    parts = (filters, tests, global_functions, methods, attributes, operators, format_specs, percent_formats)
    return list(dict.fromkeys(itertools.chain.from_iterable(part() for part in parts)))


def count() -> int:
    return len(templates())


def make_case(number: int) -> generator.Case:
    return generator.Case(templates()[number], json.loads(json.dumps(generator.CONTEXT)), {})
