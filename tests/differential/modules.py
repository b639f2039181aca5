"""Templates by chance over `modules`: the parts of Python's library that dbt hands to templates."""
from __future__ import annotations

import random

import generator

DATES = ["dt.date(2024, 2, 29)", "dt.date(1, 1, 1)", "dt.date(9999, 12, 31)", "dt.date(1969, 12, 31)", "dt.date(2023, 1, 1)", "dt.date(2020, 12, 31)"]
DATETIMES = [
    "dt.datetime(2024, 2, 29, 23, 59, 59, 999999)", "dt.datetime(2024, 1, 1)", "dt.datetime(1, 1, 1)", "dt.datetime(2023, 3, 26, 2, 30)", "dt.datetime(2021, 10, 31, 1, 30, 0, 5)",
    "dt.datetime(1970, 1, 1, 0, 0, 1)", "dt.datetime(2023, 11, 5, 1, 30)",
]
TIMES = ["dt.time()", "dt.time(1, 2, 3)", "dt.time(23, 59, 59, 999999)", "dt.time(12, 0)"]
DELTAS = [
    "dt.timedelta()", "dt.timedelta(1)", "dt.timedelta(days=-1, seconds=3)", "dt.timedelta(hours=25, microseconds=7)", "dt.timedelta(weeks=2)", "dt.timedelta(minutes=-90)",
    "dt.timedelta(days=999999999)", "dt.timedelta(milliseconds=1.5)", "dt.timedelta(0.5)",
]
ZONES = [
    "tz.utc", "tz.FixedOffset(90)", "tz.FixedOffset(-330)", "tz.timezone('Europe/Berlin')", "tz.timezone('America/New_York')", "tz.timezone('Asia/Kolkata')", "tz.timezone('UTC')", "tz.FixedOffset(90)", "tz.FixedOffset(-330)",
    "tz.timezone('Australia/Lord_Howe')", "tz.timezone('Nowhere/City')", "none",
]
STRFTIME = ["%Y-%m-%d", "%H:%M:%S.%f", "%a %A %b %B", "%j %U %W %w %u", "%I %p %y", "%G-%V", "%z %Z", "%%", "%d/%m/%Y %H%M", "x", "", "%c", "%x %X", "%D %T", "%e", "%s"[:0] + "%F", "%C", "%h", "%n%t", "%R"]
STRPTIME = [
    ("2024-02-29", "%Y-%m-%d"), ("29 Feb 2024", "%d %b %Y"), ("12:30:05.5", "%H:%M:%S.%f"), ("2024-13-01", "%Y-%m-%d"), ("01/02/99", "%d/%m/%y"), ("2024-02-29T01:02:03+0130", "%Y-%m-%dT%H:%M:%S%z"),
    ("2024-02-29 x", "%Y-%m-%d"), ("monday", "%A"), ("3 PM", "%I %p"), ("2024 060", "%Y %j"), ("2024-W09-4", "%G-W%V-%u"), ("2023-02-29", "%Y-%m-%d"), ("  2024", "%Y"), ("UTC", "%Z"), ("2024-02-29Z", "%Y-%m-%d%z"),
    ("2024 10 1", "%Y %U %w"), ("68", "%y"), ("69", "%y"), ("", ""), ("%", "%%"), ("1", "%d%d"), ("a", "%q"), ("2024", "%Y%"), ("24:00", "%H:%M"), ("JANUARY", "%B"), ("2024-1-2", "%Y-%m-%d"),
]
ISO = ["2024-02-29", "20240229", "2024-W09-4", "2024-02-29T01:02", "2024-02-29 01:02:03.5", "2024-02-29T01:02:03+05:30", "2024-02-29T01:02:03Z", "2024-02-30", "2024", "", "2024-02-29T", "2024-02-29T25:00", "2024W094", "01:02:03", "T01:02", "010203,123456", "2024-060"]
PATTERNS = [
    r"a", r"(a)(b)?", r"\d+", r"(?P<y>\d{4})-(?P<m>\d\d)", r"[a-z]+", r"^\w+", r"\s*,\s*", r"(?i)HELLO", r"a|b|", r"(?<=a)b", r"(?<!a)b", r"a(?=b)", r"(\w)\1", r"", r"$", r"\b", r"(?:a)+?", r"[^,]*",
    r"(?P<q>['\"]).*?(?P=q)", r"(", r"[", r"a**", r"(?P<1>a)", r"\A\w", r"\w\Z", r"(?s).+", r"(?m)^.", r"é", r"\W", r"[\d.]+", r"x{2,3}", r"x{,2}", r"(?x) a  # c", r"(a)?(?(1)b|c)", r"\.", r"[]a]", r"[a\]]",
]
SUBJECTS = ["", "a", "ab", "abab", "hello World", "2024-02-29 and 1999-12-31", "a, b ,c", "aa bb cd", "xxxx", "it's \"it\"", "line\ntwo\n", "éa ß", "1.5.2", "a_b-c", "select * from t"]
REPLACEMENTS = ["", "x", r"[\g<0>]", r"\1", r"\g<y>", r"\\", r"\n", r"\2-\1", r"\9", r"\g<nope>", r"\q"]
FLAGS = ["", "", "", ", re.I", ", re.M", ", re.S", ", re.X", ", re.I + re.M", ", flags=re.IGNORECASE", ", 2"]
LISTS = ["[1, 2, 3]", "'abc'", "[]", "range(4)", "[3, 1, 2]", "['b', 'a']", "{'k': 1, 'l': 2}", "(1,)", "[(1, 2), (3, 4)]", "xs|map('string')", "none", "1"]
SHOWN = ["{{ %s }}", "{{ [%s] }}", "{{ %s|string|upper }}", "{%% set v = %s %%}{{ v }}|{{ [v] }}", "{{ (%s)|list }}"]
PRELUDE = "{% set dt = modules.datetime %}{% set tz = modules.pytz %}{% set re = modules.re %}{% set it = modules.itertools %}"


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


class Modules:
    def __init__(self, chance: random.Random):
        self.chance = chance

    def pick(self, items):
        return self.chance.choice(items)

    def number(self) -> str:
        return self.pick(["0", "1", "2", "-1", "7", "12", "2.5", "none", "'a'", "1000", "59", "60"])

    def aware(self) -> str:
        return f"{self.pick(ZONES)}.localize({self.pick(DATETIMES)})"

    def moment(self) -> str:
        return self.pick([self.pick(DATES), self.pick(DATETIMES), self.pick(DATETIMES), self.pick(TIMES), self.pick(DELTAS), self.aware()])

    def arithmetic(self) -> str:
        left, right = self.moment(), self.pick([self.moment(), self.pick(DELTAS), self.number()])
        return f"({left} {self.pick(['+', '-', '-', '+', '*', '/', '//', '%', '<', '==', '>=', '!='])} {right})"

    def attribute(self) -> str:
        return f"({self.moment()}).{self.pick(['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond', 'tzinfo', 'days', 'seconds', 'microseconds', 'fold', 'min', 'max', 'resolution', 'nope'])}"

    def method(self) -> str:
        moment = self.moment()
        return f"({moment})." + self.pick([
            "isoformat()", "isoformat(' ')", f"isoformat(timespec={quoted(self.pick(['auto', 'hours', 'minutes', 'seconds', 'milliseconds', 'microseconds', 'x']))})", f"strftime({quoted(self.pick(STRFTIME))})",
            "weekday()", "isoweekday()", "isocalendar()", "toordinal()", "timetuple()", "date()", "time()", "ctime()", "total_seconds()", "utcoffset()", "tzname()", "dst()", "timetz()", "timestamp()", "utctimetuple()",
            f"replace({self.pick(['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond', 'bogus'])}={self.number()})", f"replace(tzinfo={self.pick(ZONES)})", f"astimezone({self.pick(ZONES)})", "isocalendar().week",
        ])

    def construct(self) -> str:
        kind = self.pick(["date", "datetime", "time", "timedelta"])
        names = {"date": ["year", "month", "day"], "datetime": ["year", "month", "day", "hour", "tzinfo"], "time": ["hour", "minute", "tzinfo"], "timedelta": ["days", "hours", "weeks", "minutes"]}[kind]
        parts = [self.number() if kind in ("time", "timedelta") or index else self.pick(["2024", "0", "10000", "1.5"]) for index in range(self.chance.randrange(5))]
        if self.chance.random() < 0.4:
            parts.append(f"{self.pick(names)}={self.number()}")
        return f"dt.{kind}({', '.join(parts)})"

    def parsed(self) -> str:
        how = self.chance.random()
        if how < 0.5:
            text, form = self.pick(STRPTIME)
            return f"dt.datetime.strptime({quoted(text)}, {quoted(form)})"
        if how < 0.85:
            kind = self.pick(["date", "datetime", "time"])
            # CPython 3.11 takes eight digits for a time; later ones do not
            return f"dt.{kind}.fromisoformat({quoted(self.pick([text for text in ISO if kind != 'time' or text != '20240229']))})"
        return self.pick([
            f"dt.date.fromordinal({self.number()})", f"dt.datetime.combine({self.pick(DATES)}, {self.pick(TIMES)})", f"dt.date.fromisocalendar(2024, {self.number()}, {self.number()})",
            "dt.datetime.fromtimestamp(1e9, tz.utc)", "dt.datetime.utcfromtimestamp(1700000000.25)", "dt.datetime.min", "dt.timedelta.max", "dt.date.resolution",
        ])

    def zone(self) -> str:
        zone = self.pick(ZONES)
        return self.pick([
            zone, f"{zone}.zone", f"{zone}.localize({self.pick(DATETIMES)}, is_dst={self.pick(['true', 'false', 'none'])})", f"{zone}.normalize({self.aware()})", f"{zone}.utcoffset({self.pick(DATETIMES)})",
            f"{zone}.tzname({self.pick(DATETIMES)})", f"{zone}.dst({self.pick(DATETIMES)})", f"({self.aware()} - {self.aware()})", f"({self.aware()} + {self.pick(DELTAS)})", f"{zone}.fromutc({self.pick(DATETIMES)})",
        ])

    def pattern(self) -> str:
        return quoted(self.pick(PATTERNS))

    def match(self) -> str:
        subject = quoted(self.pick(SUBJECTS))
        return self.pick([
            f"re.{self.pick(['match', 'search', 'fullmatch'])}({self.pattern()}, {subject}{self.pick(FLAGS)})",
            f"re.compile({self.pattern()}{self.pick(FLAGS)}).{self.pick(['match', 'search', 'fullmatch'])}({subject}{self.pick(['', '', ', 1', ', 1, 3', ', -1'])})",
        ])

    def regex(self) -> str:
        subject = quoted(self.pick(SUBJECTS))
        how = self.chance.random()
        if how < 0.4:
            return self.match() + self.pick([
                "", ".group()", ".group(1)", ".groups()", ".groups('-')", ".groupdict()", ".start()", ".end(1)", ".span()", ".group(0, 1)", ".group('y')", "[1]", "['m']", ".lastgroup", ".lastindex", ".string", ".pos",
                ".endpos", ".re.pattern", ".expand(" + quoted(self.pick(REPLACEMENTS)) + ")", ".regs", ".nope", ".group(9)",
            ])
        if how < 0.6:
            return f"re.{self.pick(['sub', 'sub', 'subn'])}({self.pattern()}, {quoted(self.pick(REPLACEMENTS))}, {subject}{self.pick(['', '', ', 1', ', count=2', ', flags=re.I'])})"
        if how < 0.75:
            return f"re.split({self.pattern()}, {subject}{self.pick(['', '', ', 1', ', maxsplit=2', ', flags=re.I'])})"
        if how < 0.9:
            return f"re.findall({self.pattern()}, {subject}{self.pick(FLAGS)})"
        return self.pick([
            f"re.escape({subject})", f"re.compile({self.pattern()}{self.pick(FLAGS)})", f"re.compile({self.pattern()}).{self.pick(['groups', 'groupindex', 'flags', 'pattern', 'nope'])}", f"re.finditer({self.pattern()}, {subject})|map('string')|list",
            f"re.{self.pick(['I', 'MULTILINE', 'S', 'X', 'A', 'U'])}", f"(re.I {self.pick(['+', '-', '*', '=='])} 2)", f"re.compile({self.pattern()}).sub({quoted(self.pick(REPLACEMENTS))}, {subject})",
        ])

    def iteration(self) -> str:
        one, other, count = self.pick(LISTS), self.pick(LISTS), self.pick(["0", "1", "2", "3", "-1", "none"])
        made = self.pick([
            f"it.chain({one}, {other})", f"it.chain.from_iterable([{one}, {other}])", f"it.product({one}, {other})", f"it.product({one}, repeat={count})", f"it.permutations({one}, {count})", f"it.combinations({one}, {count})",
            f"it.combinations_with_replacement({one}, {count})", f"it.islice({one}, {count})", f"it.islice({one}, {count}, {self.pick(['none', '2', '5'])})", f"it.islice(it.count({self.number()}), 3)",
            f"it.islice(it.count({self.number()}, {self.number()}), 3)", f"it.islice(it.cycle({one}), 5)", f"it.repeat({one}, {count})", f"it.accumulate({one})", f"it.accumulate({one}, initial={self.number()})",
            f"it.compress({one}, {other})", f"it.zip_longest({one}, {other})", f"it.zip_longest({one}, {other}, fillvalue={self.number()})", f"it.starmap(range, {one})", f"it.tee({one})|map('list')", f"it.tee({one}, {count})|length",
        ])
        return self.pick([f"({made})|list", f"({made})|list", f"({made})|first", f"{made}", f"({made})|join(',')"])

    def template(self) -> str:
        parts = []
        for _ in range(self.pick([1, 1, 2])):
            parts.append(self.pick(SHOWN) % self.pick([self.arithmetic, self.attribute, self.method, self.construct, self.parsed, self.zone, self.regex, self.regex, self.regex, self.iteration, self.iteration])())
        return PRELUDE + "\n".join(parts)


def make_case(seed: int, number: int) -> generator.Case:
    chance = random.Random(f"modules {seed}:{number}")
    return generator.Case(Modules(chance).template(), {"xs": [3, 1, 2]}, {})
