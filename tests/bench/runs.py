#!/usr/bin/env python3
"""Measures what `hookc run` adds to the statements of hooks, and prints ratios; nothing is asserted.

usage: runs.py --hookc PROGRAM --adapter duckdb|postgres [--duckdb LIBRARY] [--dbt PROGRAM] [--statements N] [--rounds N]

The same statements (inserts into an audit table, each a hook of on-run-start, so that each commits by itself) are sent in turn by:
  the database's own C API, timed from the opening of the library to its last call: the base of all ratios;
  `hookc run` from compiled artifacts, with the journal alone and with the ledger in the database, and from the project, timed as whole processes;
  `dbt run` of the same project with one model, without which it runs no hooks, less a `dbt run` of that model alone: the hooks' share.
All take their turn in each round; the figures are medians. For postgres it runs under tests/adapters/with-postgres, with HOOKC_POSTGRES_FSYNC=on for a server that waits for its disk.
"""
import argparse
import ctypes
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

CREATE = "create table if not exists audit (number integer, label varchar(50), happened timestamp with time zone)"


def inserts(count):
    return [f"insert into audit values ({number}, 'hook', current_timestamp)" for number in range(count)]


# ---- the database's own C API ----


class DuckDb:
    def __init__(self, library, folder):
        self.library, self.path = library, folder / "base.duckdb"

    def fresh(self):
        for file in self.path.parent.glob(self.path.name + "*"):
            file.unlink()

    def send(self, statements):
        api = ctypes.CDLL(self.library)
        api.duckdb_query.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        database, connection = ctypes.c_void_p(), ctypes.c_void_p()
        if api.duckdb_open(str(self.path).encode(), ctypes.byref(database)) or api.duckdb_connect(database, ctypes.byref(connection)):
            sys.exit("the database cannot be opened")
        for statement in statements:
            if api.duckdb_query(connection, statement, None):
                sys.exit(f"{statement} failed")
        api.duckdb_disconnect(ctypes.byref(connection))
        api.duckdb_close(ctypes.byref(database))


class Postgres:
    def __init__(self):
        variable = os.environ["HOOKC_TEST_POSTGRES"], os.environ["HOOKC_TEST_POSTGRES_PORT"]
        self.words = "host={} port={} user=hookc dbname=hookc options='-c search_path=bench -c client_min_messages=warning'".format(*variable).encode()

    def fresh(self):
        self.send([b"drop schema if exists bench cascade", b"create schema bench"])

    def send(self, statements):
        api = ctypes.CDLL("libpq.so.5")
        api.PQconnectdb.restype = api.PQexec.restype = ctypes.c_void_p
        api.PQconnectdb.argtypes = [ctypes.c_char_p]
        api.PQexec.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        api.PQresultStatus.argtypes = api.PQclear.argtypes = api.PQfinish.argtypes = api.PQstatus.argtypes = [ctypes.c_void_p]
        connection = api.PQconnectdb(self.words)
        if api.PQstatus(connection):
            sys.exit("the database cannot be opened")
        for statement in statements:
            result = api.PQexec(connection, statement)
            if api.PQresultStatus(result) != 1:
                sys.exit(f"{statement} failed")
            api.PQclear(result)
        api.PQfinish(connection)


def in_a_child(work):
    """The seconds that `work` takes in a process of its own: libraries that this one had loaded would count as memory of those that it starts."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        begin = time.perf_counter()
        work()
        os.write(writer, repr(time.perf_counter() - begin).encode())
        os._exit(0)
    os.close(writer)
    with open(reader) as pipe:
        seconds = pipe.read()
    os.waitpid(child, 0)
    if not seconds:
        sys.exit("the C API could not do its work")
    return float(seconds)


# ---- projects ----


def write_project(folder, adapter, hooks, ledger="journal", of_models=()):
    (folder / "models").mkdir(parents=True)
    for number, hook in enumerate(of_models):
        (folder / "models" / f"m{number}.sql").write_text(f"{{{{ config(post_hook=\"{hook}\") }}}} select 1 as a")
    lines = "".join(f"  - \"{hook}\"\n" for hook in hooks)
    (folder / "dbt_project.yml").write_text("name: bench\nprofile: bench\nversion: '1.0'\nconfig-version: 2\n" + (f"on-run-start:\n{lines}" if hooks else ""))
    if ledger == "database":
        (folder / "hookc.yml").write_text("ledger: database\n")
    if adapter == "duckdb":
        target = f"{{type: duckdb, path: '{folder}/bench.duckdb', schema: main, threads: 1}}"
    else:
        host, port = os.environ["HOOKC_TEST_POSTGRES"], os.environ["HOOKC_TEST_POSTGRES_PORT"]
        target = f"{{type: postgres, host: '{host}', port: {port}, user: hookc, password: '', dbname: hookc, schema: bench, search_path: bench, threads: 1}}"
    (folder / "profiles.yml").write_text(f"bench:\n  target: dev\n  outputs:\n    dev: {target}\n")
    return folder


# Starts a command and prints its seconds, its peak of memory in KiB and its status. The kernel counts the memory of the process that starts another as that one's: this one is small.
STARTER = """
import os, sys, time
os.set_inheritable(int(sys.argv[1]), False)
begin = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
os.write(int(sys.argv[1]), b"%f %d %d" % (time.perf_counter() - begin, usage.ru_maxrss, os.waitstatus_to_exitcode(status)))
"""


class Process:
    """A command in a project's folder, timed from its start to its end."""

    def __init__(self, folder, *command):
        self.folder, self.command = folder, [shutil.which(str(command[0])), *(str(word) for word in command[1:])]
        self.peak = 0

    def __call__(self):
        for pattern in ("bench.duckdb*", "target/hookc-run", "target/hookc/hookc-run"):
            for path in self.folder.glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        environment = {**os.environ, "DBT_PROFILES_DIR": str(self.folder), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        with open(self.folder / "output", "wb") as output:
            reader, writer = os.pipe()
            command = [sys.executable, "-I", "-S", "-c", STARTER, str(writer), *self.command]
            child = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=output, stderr=subprocess.STDOUT, pass_fds=[writer])
            os.close(writer)
            with open(reader) as pipe:
                words = pipe.read().split()
            child.wait()
        if len(words) != 3 or words[2] != "0":
            sys.exit(f"{' '.join(self.command)} failed:\n{(self.folder / 'output').read_text()[-2000:]}")
        self.peak = max(self.peak, int(words[1]) / 1024)
        return float(words[0])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hookc", required=True, type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--adapter", required=True, choices=["duckdb", "postgres"])
    parser.add_argument("--duckdb", default="build/duckdb/libduckdb.so", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--dbt", type=lambda path: pathlib.Path(path).absolute())
    parser.add_argument("--statements", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.adapter == "duckdb":
        os.environ["HOOKC_DUCKDB_LIBRARY"] = options.duckdb

    with tempfile.TemporaryDirectory(prefix="hookc-bench-") as name:
        folder = pathlib.Path(name)
        base = DuckDb(options.duckdb, folder) if options.adapter == "duckdb" else Postgres()
        hooks = inserts(options.statements)
        encoded = [statement.encode() for statement in [CREATE, *hooks]]

        def api(statements):
            return lambda: in_a_child(lambda: base.send(statements))

        def project(title, hooks, ledger="journal", of_models=()):
            return write_project(folder / title.replace(" ", "-"), options.adapter, hooks, ledger, of_models)

        def artifacts(title, hooks, ledger="journal", of_models=()):
            made = project(title, hooks, ledger, of_models)
            subprocess.run([options.hookc, "compile", "--quiet"], cwd=made, check=True, stdout=subprocess.DEVNULL)
            return Process(made, options.hookc, "run", "--artifacts", "target/hookc")

        tens = [hooks[at : at + 10] for at in range(0, len(hooks), 10)]
        together = [CREATE, *("; ".join(ten) for ten in tens)]
        transactions = [CREATE, *("; ".join(["begin", *ten, "commit"]) for ten in tens)]
        works = {
            "C API": api(encoded),
            "hookc, journal": artifacts("journal", [CREATE, *hooks]),
            "hookc, journal, ten statements a hook": artifacts("tens", together),
            "hookc, ledger in the database": artifacts("database", [CREATE, *hooks], "database"),
            "C API, each in a transaction": api([CREATE.encode(), *(statement.encode() for hook in hooks for statement in ["begin", hook, "commit"])]),
            "hookc, each a post-hook of its model": artifacts("models", [CREATE], of_models=hooks),
            "C API, ten statements a transaction": api([CREATE.encode(), *(statement.encode() for ten in tens for statement in ["begin", *ten, "commit"])]),
            "hookc, the same, ledger in the database": artifacts("transactions", transactions, "database"),
            "C API, one statement": api(encoded[:1]),
            "hookc, one statement": artifacts("one", [CREATE]),
            "hookc from the project, journal": Process(project("project", [CREATE, *hooks]), options.hookc, "run"),
            "hookc, ten times the statements": artifacts("more", [CREATE, *inserts(10 * options.statements)]),
        }
        once = {"hookc, ten times the statements"}
        if options.dbt:
            for title, its_hooks in {"dbt run": [CREATE, *hooks], "dbt run without hooks": []}.items():
                made = project(title, its_hooks)
                (made / "models" / "one.sql").write_text("select 1 as a")
                works[title] = Process(made, options.dbt, "run", "--quiet")
        times = {title: [] for title in works}
        for number in range(options.rounds):
            for title, work in works.items():
                if number > 0 and title in once:
                    continue
                in_a_child(base.fresh)
                times[title].append(work())
        median = {title: statistics.median(seconds) for title, seconds in times.items()}

        print(f"{options.adapter}: {options.statements} statements, medians of {options.rounds} rounds")
        print(f"{'':<44} {'ms':>10} {'to C API':>9} {'peak MiB':>9}")
        base_title = "C API"
        for title, work in works.items():
            if title.startswith("C API"):
                base_title = title
            of = median["C API"] if "project" in title or "ten times" in title or "dbt" in title else median[base_title]
            peak = f"{work.peak:9.1f}" if isinstance(work, Process) else f"{'':>9}"
            print(f"{title:<44} {median[title] * 1000:10.1f} {median[title] / of:8.2f}x {peak}")
        start = median["hookc, one statement"] - median["C API, one statement"]
        print(f"from the start to the first statement, beyond the connection: {start * 1000:.1f} ms (goal: under 20)")
        for title, of in (
            ("hookc, journal", "C API"),
            ("hookc, journal, ten statements a hook", "C API"),
            ("hookc, ledger in the database", "C API"),
            ("hookc, each a post-hook of its model", "C API, each in a transaction"),
            ("hookc, the same, ledger in the database", "C API, ten statements a transaction"),
        ):
            print(f"{title}: {100 * ((median[title] - start) / median[of] - 1):+.1f} % without the start (goal: under +5 %)")
        growth = works["hookc, ten times the statements"].peak - works["hookc, journal"].peak
        print(f"ten times the statements take {growth:+.1f} MiB of memory, {growth * 1024 / (9 * options.statements):.1f} KiB for each hook of the manifest")
        if options.dbt:
            shares = median["dbt run"] - median["dbt run without hooks"], median["hookc, journal"] - median["hookc, one statement"]
            print(f"the hooks' share: dbt {shares[0] * 1000:.0f} ms, hookc {shares[1] * 1000:.0f} ms: {shares[0] / shares[1]:.1f}x less; whole: {median['dbt run'] / median['hookc, journal']:.1f}x (goal: 20x)")


if __name__ == "__main__":
    main()
