"""Holds native.json against the real dbt: what its native environment makes of templates of YAML files.

    native.py            exits with 1 where an answer differs
    native.py --update   writes the answers anew, for the templates that are there

The unit test of native rendering holds hookc against the same answers.
"""

import json
import pathlib
import sys

from dbt.clients.jinja import get_rendered

TABLE = pathlib.Path(__file__).with_name("native.json")


def answer(template, variables):
    """The value as Python writes it, or the class of the error."""
    context = {"var": lambda name, default=None: variables.get(name, default)}
    try:
        return {"value": repr(get_rendered(template, context, native=True))}
    except Exception as error:  # whatever dbt raises is the answer
        cause = error.__cause__ or error
        return {"error": type(cause).__name__}


def main():
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    cases = [{"template": case["template"], **answer(case["template"], table["vars"])} for case in table["cases"]]
    if "--update" in sys.argv[1:]:
        lines = ",\n    ".join(json.dumps(case, ensure_ascii=False) for case in cases)
        variables = json.dumps(table["vars"], ensure_ascii=False)
        TABLE.write_text('{\n  "vars": %s,\n  "cases": [\n    %s\n  ]\n}\n' % (variables, lines), encoding="utf-8")
        return 0
    differ = [(held, found) for held, found in zip(table["cases"], cases) if held != found]
    for held, found in differ:
        print(f"held: {held}\ndbt:  {found}")
    print(f"{len(cases)} templates, {len(differ)} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
