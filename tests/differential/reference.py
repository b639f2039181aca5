"""What real Jinja2 answers, in the environment that dbt renders with."""
from __future__ import annotations

import datetime
import itertools
import json
import math
import re
import resource
import signal
import traceback
import warnings

import jinja2
import pytz
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

EXTENSIONS = ["jinja2.ext.do", "jinja2.ext.loopcontrols"]
FILE = "<template>"
SECONDS = 2.0
MEMORY = 3 << 30

# An object without a repr of its own prints its address, which no two runs share.
ADDRESS = re.compile(r"\bat 0x[0-9a-f]+", re.IGNORECASE)


class TooLong(BaseException):
    """Real Jinja2 has no limit of its own on time: what runs into ours is not compared."""


def limit_process() -> None:
    """To be called once in every process: neither time nor memory of one template may stop a run."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")  # of Python, about the code that Jinja2 generates

    def give_up(_signal, _frame):
        raise TooLong

    signal.signal(signal.SIGALRM, give_up)


def exported(module, names) -> dict:
    return {name: getattr(module, name) for name in names}


# What dbt hands to templates as `modules`.
MODULES = {
    "datetime": exported(datetime, ["date", "datetime", "time", "timedelta", "tzinfo"]),
    "itertools": exported(itertools, [
        "count", "cycle", "repeat", "accumulate", "chain", "compress", "islice", "starmap", "tee", "zip_longest", "product", "permutations", "combinations",
        "combinations_with_replacement"]),
    "pytz": exported(pytz, pytz.__all__),
    "re": exported(re, re.__all__),
}


def make_environment(options: dict) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(extensions=EXTENSIONS, **options)
    # dbt's markers, which do nothing where text is rendered
    for name in ("as_text", "as_bool", "as_native", "as_number"):
        environment.filters[name] = lambda value: value
    environment.globals["modules"] = MODULES
    environment.filters["is_list"] = lambda value: isinstance(value, list)
    return environment


_environments: dict[str, SandboxedEnvironment] = {}


def environment_for(options: dict) -> SandboxedEnvironment:
    key = json.dumps(options, sort_keys=True)
    if key not in _environments:
        _environments[key] = make_environment(options)
    return _environments[key]


def without_addresses(text: str) -> str:
    return ADDRESS.sub("at 0x0", text)


def line_of(error: BaseException) -> int | None:
    """The innermost line of the template; none where Python refuses the code that Jinja2 generates from it."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename in (FILE, "<unknown>")]
    return lines[-1] if lines else None


def answer(source: str, context: dict, options: dict) -> dict:
    """{"output": text}, {"error": {"class", "line", "message"}} or {"skipped": why}."""
    environment = environment_for(options)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        code = environment.compile(source, FILE, FILE)
        template = environment.template_class.from_code(environment, code, environment.make_globals(None))
        output = template.render(json.loads(json.dumps(context)))  # templates change what they are given
    except TooLong:
        return {"skipped": "real Jinja2 takes too long"}
    except MemoryError:
        return {"skipped": "real Jinja2 needs too much memory"}
    except RecursionError:
        return {"skipped": "how deep Python recurses depends on how it was built"}
    except Exception as error:  # noqa: BLE001  every class of error is an answer
        return {"error": {"class": type(error).__name__, "line": line_of(error), "message": str(error)}}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        output.encode("utf-8")
    except UnicodeEncodeError:
        return {"skipped": "half of a surrogate pair cannot be written as UTF-8"}
    return {"output": without_addresses(output)}


def is_stable(source: str, context: dict, options: dict) -> bool:
    """Whether the answer is the same when objects are elsewhere in memory: some templates take an address to pieces."""
    first = answer(source, context, options)
    kept = [(part for part in ()) for _ in range(200)]  # what the first run has freed is not free any more
    kept += [bytearray(size) for size in range(16, 512, 16) for _ in range(20)] + [object() for _ in range(200)]
    kept += [str.upper.__get__(f"{number}") for number in range(200)] + [reversed([number]) for number in range(200)] + [[].append for _ in range(200)]
    return answer(source, context, options) == first


def is_left_out(source: str, options: dict) -> bool:
    """Whether the template has to do with what tables.py lists as left out, and the generator cannot tell."""
    environment = environment_for(options)
    try:
        parsed = environment.parse(source)
    except Exception:  # noqa: BLE001
        return False
    called = {id(call.node) for call in parsed.find_all(jinja2.nodes.Call)}
    if any(name.name == "dict" and id(name) not in called for name in parsed.find_all(jinja2.nodes.Name)):
        return True
    if any(isinstance(call.node, jinja2.nodes.Getattr) and call.node.attr == "hex" and (call.args or call.kwargs) for call in parsed.find_all(jinja2.nodes.Call)):
        return True
    if any(isinstance(constant.value, float) and math.isinf(constant.value) for constant in parsed.find_all(jinja2.nodes.Const)):
        return True
    if any(isinstance(use.node, jinja2.nodes.Name) and use.node.name in ("dt", "re", "it", "tz") for use in parsed.find_all(jinja2.nodes.Filter)):
        return True  # the modules themselves: their functions print as Python's own
    functions = [node for node in parsed.find_all((jinja2.nodes.Macro, jinja2.nodes.CallBlock, jinja2.nodes.For)) if getattr(node, "recursive", True)]
    if any(not include.with_context for node in functions for include in node.find_all(jinja2.nodes.Include)):
        return True
    for item in parsed.find_all(jinja2.nodes.Getitem):
        if not isinstance(item.arg, jinja2.nodes.Slice):
            continue
        try:
            context = jinja2.nodes.EvalContext(environment)
            value, part = item.node.as_const(context), item.arg.as_const(context)
        except Exception:  # noqa: BLE001  nothing that is computed while compiling
            continue
        try:
            value[part]
        except Exception:  # noqa: BLE001
            return True
    return False


def version() -> str:
    from importlib.metadata import version as installed

    return f"Jinja2 {installed('jinja2')}, MarkupSafe {installed('markupsafe')}"


def check_version(wanted: str) -> None:
    from importlib.metadata import version as installed

    if installed("jinja2") != wanted:
        raise SystemExit(f"jinja2 {installed('jinja2')} is installed; the judge is {wanted}: run scripts/install-jinja")


__all__ = ["answer", "check_version", "jinja2", "limit_process", "version", "without_addresses"]
