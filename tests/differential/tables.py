"""What Jinja2 offers and what its arguments are meant to be, for templates of which most are to render.

Names of types: any bool int num small str char name list tuple dict seq strs nums rows pattern test filter func undef none.
An argument is its name and type; `?` after the type says that it may be left out.
"""

# Left out, and why:
#   escape e forceescape safe urlize xmlattr (filters), escaped (test)   HTML: no dbt hook renders with autoescape
#   random, lipsum                                                       chance
#   sameas of texts, floats and big integers                             which of them are one object is CPython's choice
#   sameas of undefined values                                           to Jinja2 each look-up makes a new one
#   the result of tojson in expressions                                  it is Markup: see HTML
#   literals beyond the range of float, such as 1e400                    Jinja2 writes them as the name `inf`, which Python then does not know
#   negative numbers to fractional powers                                hookc has no complex numbers
#   slices of literals that cannot be sliced                             undefined where Jinja2 folds constants, and TypeError elsewhere
#   `dict` where it is not called                                        to Python its items are annotations of types
#   bytes but decode and hex()                                           no hook has a use for them
#   `include .. without context` in functions                            Jinja2 3.1.6 makes generators of them
#   comparisons of bound methods, and of the views of dicts as sets      no hook compares them
#   ranges to beyond 64 bits                                             none is walked
#   hookc's limit on the pieces of a text                                `x * 10**6` of one letter each
FILTERS = {
    "abs": ("num", [], "num"),
    "attr": ("any", [("name", "name")], "any"),
    "batch": ("seq", [("linecount", "small"), ("fill_with", "any?")], "lazy"),
    "capitalize": ("str", [], "str"),
    "center": ("str", [("width", "small?")], "str"),
    "count": ("seq", [], "int"),
    "d": ("any", [("default_value", "any?"), ("boolean", "bool?")], "any"),
    "default": ("any", [("default_value", "any?"), ("boolean", "bool?")], "any"),
    "dictsort": ("dict", [("case_sensitive", "bool?"), ("by", "by?"), ("reverse", "bool?")], "list"),
    "filesizeformat": ("num", [("binary", "bool?")], "str"),
    "first": ("seq", [], "any"),
    "float": ("any", [("default", "num?")], "num"),
    "groupby": ("rows", [("attribute", "name"), ("default", "any?"), ("case_sensitive", "bool?")], "list"),
    "indent": ("str", [("width", "small?"), ("first", "bool?"), ("blank", "bool?")], "str"),
    "int": ("any", [("default", "int?"), ("base", "base?")], "int"),
    "items": ("dict", [], "lazy"),
    "join": ("seq", [("d", "str?"), ("attribute", "name?")], "str"),
    "last": ("seq", [], "any"),
    "length": ("seq", [], "int"),
    "list": ("seq", [], "list"),
    "lower": ("str", [], "str"),
    "max": ("nums", [("case_sensitive", "bool?"), ("attribute", "name?")], "any"),
    "min": ("strs", [("case_sensitive", "bool?"), ("attribute", "name?")], "any"),
    "pprint": ("any", [], "str"),
    "replace": ("str", [("old", "str"), ("new", "str"), ("count", "small?")], "str"),
    "reverse": ("seq", [], "lazy"),
    "round": ("num", [("precision", "small?"), ("method", "method?")], "num"),
    "slice": ("list", [("slices", "small"), ("fill_with", "any?")], "lazy"),
    "sort": ("strs", [("reverse", "bool?"), ("case_sensitive", "bool?"), ("attribute", "name?")], "list"),
    "string": ("any", [], "str"),
    "striptags": ("str", [], "str"),
    "sum": ("nums", [("attribute", "name?"), ("start", "num?")], "num"),
    "title": ("str", [], "str"),
    "trim": ("str", [("chars", "str?")], "str"),
    "truncate": ("str", [("length", "small?"), ("killwords", "bool?"), ("end", "str?"), ("leeway", "small?")], "str"),
    "unique": ("seq", [("case_sensitive", "bool?"), ("attribute", "name?")], "lazy"),
    "upper": ("str", [], "str"),
    "urlencode": ("str", [], "str"),
    "wordcount": ("str", [], "int"),
    "wordwrap": ("str", [("width", "small?"), ("break_long_words", "bool?"), ("wrapstring", "str?"), ("break_on_hyphens", "bool?")], "str"),
    "is_list": ("any", [], "bool"),
    "as_text": ("any", [], "any"),
}

LEFT_OUT_FILTERS = {"e", "escape", "forceescape", "lipsum", "random", "safe", "urlize", "xmlattr"}
LEFT_OUT_TESTS = {"escaped"}
LEFT_OUT_GLOBALS = {"lipsum"}

TESTS = {
    "boolean": [], "callable": [], "defined": [], "divisibleby": ["int"], "even": [], "false": [], "filter": [], "float": [], "in": ["seq"],
    "integer": [], "iterable": [], "lower": [], "mapping": [], "none": [], "number": [], "odd": [], "sequence": [], "string": [], "test": [],
    "true": [], "undefined": [], "upper": [], "eq": ["any"], "equalto": ["any"], "ne": ["any"], "gt": ["num"], "greaterthan": ["num"],
    "ge": ["num"], "lt": ["num"], "lessthan": ["num"], "le": ["num"], "sameas": ["single"],
}
OPERAND_OF_TEST = {
    "divisibleby": "int", "even": "int", "odd": "int", "gt": "num", "greaterthan": "num", "ge": "num", "lt": "num", "lessthan": "num", "le": "num",
    "lower": "str", "upper": "str", "sameas": "single",
}
SYMBOL_TESTS = ["==", "!=", ">", ">=", "<", "<="]

STR_METHODS = {
    "capitalize": ([], "str"), "casefold": ([], "str"), "center": (["small", "char?"], "str"), "count": (["str", "small?", "small?"], "int"),
    "encode": ([], "bytes"), "endswith": (["str", "small?", "small?"], "bool"), "expandtabs": (["small?"], "str"),
    "find": (["str", "small?", "small?"], "int"), "index": (["str", "small?", "small?"], "int"), "isalnum": ([], "bool"), "isalpha": ([], "bool"),
    "isascii": ([], "bool"), "isdecimal": ([], "bool"), "isdigit": ([], "bool"), "isidentifier": ([], "bool"), "islower": ([], "bool"),
    "isnumeric": ([], "bool"), "isprintable": ([], "bool"), "isspace": ([], "bool"), "istitle": ([], "bool"), "isupper": ([], "bool"),
    "join": (["strs"], "str"), "ljust": (["small", "char?"], "str"), "lower": ([], "str"), "lstrip": (["str?"], "str"),
    "partition": (["str"], "tuple"), "removeprefix": (["str"], "str"), "removesuffix": (["str"], "str"), "replace": (["str", "str", "small?"], "str"),
    "rfind": (["str", "small?", "small?"], "int"), "rindex": (["str", "small?", "small?"], "int"), "rjust": (["small", "char?"], "str"),
    "rpartition": (["str"], "tuple"), "rsplit": (["str?", "small?"], "strs"), "rstrip": (["str?"], "str"), "split": (["str?", "small?"], "strs"),
    "splitlines": (["bool?"], "strs"), "startswith": (["str", "small?", "small?"], "bool"), "strip": (["str?"], "str"), "swapcase": ([], "str"),
    "title": ([], "str"), "translate": (["table"], "str"), "upper": ([], "str"), "zfill": (["small"], "str"),
}
LIST_METHODS = {
    "append": (["any"], "none"), "clear": ([], "none"), "copy": ([], "list"), "count": (["any"], "int"), "extend": (["seq"], "none"),
    "index": (["any", "small?", "small?"], "int"), "insert": (["small", "any"], "none"), "pop": (["small?"], "any"), "remove": (["any"], "none"),
    "reverse": ([], "none"), "sort": ([], "none"),
}
TUPLE_METHODS = {"count": (["any"], "int"), "index": (["any", "small?", "small?"], "int")}
DICT_METHODS = {
    "clear": ([], "none"), "copy": ([], "dict"), "fromkeys": (["strs", "any?"], "dict"), "get": (["key", "any?"], "any"), "items": ([], "seq"), "keys": ([], "seq"),
    "pop": (["key", "any?"], "any"), "popitem": ([], "tuple"), "setdefault": (["key", "any?"], "any"), "update": (["dict"], "none"), "values": ([], "seq"),
}
INT_METHODS = {
    "as_integer_ratio": ([], "tuple"), "bit_count": ([], "int"), "bit_length": ([], "int"), "conjugate": ([], "int"), "to_bytes": (["small", "order?"], "bytes"),
}
FLOAT_METHODS = {"as_integer_ratio": ([], "tuple"), "conjugate": ([], "num"), "hex": ([], "str"), "is_integer": ([], "bool")}
BYTES_METHODS = {"decode": ([], "str"), "hex": ([], "str")}

METHODS = {
    "str": STR_METHODS, "list": LIST_METHODS, "tuple": TUPLE_METHODS, "dict": DICT_METHODS, "int": INT_METHODS, "num": FLOAT_METHODS,
    "bytes": BYTES_METHODS,
}

TEXTS = [
    "", "a", "b", "abc", "ABC", "aXb", "Hello World", "it's", 'say "hi"', "a,b;c", "  pad ", "a b  c", "äöü", "straße", "ÀÉ", "İi", "ﬁn", "ΑΣ", "日本語",
    "ab\ncd", "ab\r\ncd\rx", "t\tab", "l\u2028s", "😀x", "e\u0301", "12", "-3", "3.5", "0x1f", "1e3", "1_000", "٣", "½", "a-b_c d", "true", "None",
    "<b>x</b> &amp; y", "<!-- c -->z", "100%", "{}", "key", "name", "value", "long enough to be wrapped or cut somewhere in the middle of it", "x" * 30,
    "\u00a0", "a\u00ad", "ǆ", "\x00", "\x7f", "ŉ", "select * from t -- c", "a/b?c=d&e", "one-two-three",
]
NAMES = ["a", "b", "n", "s", "id", "name", "value", "x", "a.b", "0", "1", "missing", "key", "items"]
INTEGERS = ["0", "1", "2", "3", "7", "10", "-1", "-2", "42", "255", "1000", "0x1f", "0b101", "0o17", "1_000", "2**31", "2**63", "2**64", "10**20", "-2**63", "9223372036854775807"]
FLOATS = ["0.0", "1.0", "0.5", "2.5", "-1.5", "3.14159", "1e3", "1e16", "1e-5", "1e22", "123456789.123", "0.1", "1e308", "-0.0", "(f*1e308)", "2.675", "100.0"]
