#!/usr/bin/env python3
"""Executes every statement of catalogue.sql twice on real databases and writes down what the second execution did.

usage: reality.py [--database NAME]... [--facts FILE]

Servers are Debian's; each is started here on a scratch folder, listens on loopback or a socket in that folder, and is stopped by its process id. DuckDB is the
Python package. A fact is `idempotent`, `drifts` (another state), `fails-again`, or `refused` (already the first execution failed: nothing to learn).
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
DATABASES = ("duckdb", "postgres", "sqlite", "mysql")
COARSE_CLOCK = re.compile(r"current_timestamp|now\(|datetime\('now'\)", re.I)


def read_catalogue(database):
    statements, active = [], False
    for line in (HERE / "catalogue.sql").read_text().splitlines():
        if line.startswith("-- "):
            words = line[3:].split()
            known = set(DATABASES) | {"all"}
            active = bool(words) and set(words) <= known and (database in words or "all" in words)
        elif line.strip() and active:
            statements.append(line)
    return statements


COMMON = [
    "create table t (id int primary key, name varchar(60), amt numeric(12, 2), ts timestamp {null}, flag boolean)",
    "insert into t values (1, ' Ab a', 10, null, true), (2, 'b', -20, null, false), (3, null, 30.5, null, true)",
    "create table s (id int, name varchar(60))",
    "insert into s values (1, 'one'), (2, 'two')",
    "create table audit (m varchar(60), tm timestamp {null})",
    "create view v as select * from t",
    "create index t_name on t (name)",
]


class Duckdb:
    def __init__(self, folder):
        import duckdb

        self.module, self.path = duckdb, os.path.join(folder, "d.duckdb")

    def reset(self):
        for leftover in pathlib.Path(self.path).parent.glob("d.duckdb*"):
            leftover.unlink()
        with self.module.connect(self.path) as connection:
            # DuckDB refuses ALTER on a table that an index depends on: the index is on a table of its own
            for sql in COMMON[:-1] + ["create table indexed (name varchar)", "create index t_name on indexed (name)", "create sequence sq"]:
                connection.execute(sql.format(null=""))

    def execute(self, sql):
        with self.module.connect(self.path) as connection:
            connection.execute(sql).fetchall()  # a query is executed when its rows are asked for

    def state(self):
        copy = self.path + ".copy"  # asking a sequence for its next value moves it
        for ending in ("", ".wal"):
            pathlib.Path(copy + ending).unlink(missing_ok=True)
            if os.path.exists(self.path + ending):
                shutil.copy(self.path + ending, copy + ending)
        with self.module.connect(copy) as connection:
            next_values = [(name, connection.execute(f"select nextval('{name}')").fetchall()) for (name,) in sorted(connection.execute("select sequence_name from duckdb_sequences()").fetchall())]
        with self.module.connect(self.path) as connection:
            rows = lambda sql: sorted(map(repr, connection.execute(sql).fetchall()))
            tables = [row[0] + "." + row[1] for row in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()]
            return [
                rows("select schema_name, table_name, sql, comment from duckdb_tables()"), rows("select view_name, sql, comment from duckdb_views() where not internal"),
                rows("select table_name, index_name, sql from duckdb_indexes()"), next_values,
                rows("select schema_name from duckdb_schemas() where not internal"), rows("select table_name, column_name, column_default, comment from duckdb_columns() where not internal"),
                rows("select function_name, macro_definition from duckdb_functions() where not internal"), rows("select type_name from duckdb_types() where not internal"),
                [(name, rows(f"select * from {name}")) for name in sorted(tables)],
            ]

    def stop(self):
        pass


class Sqlite:
    def __init__(self, folder):
        self.path = os.path.join(folder, "s.sqlite")

    def reset(self):
        pathlib.Path(self.path).unlink(missing_ok=True)
        for sql in COMMON:
            self.execute(sql.format(null=""))

    def execute(self, sql):
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            connection.executescript(sql)
        finally:
            connection.close()

    def state(self):
        connection = sqlite3.connect(self.path)
        try:
            return list(connection.iterdump())
        finally:
            connection.close()

    def stop(self):
        pass


def run(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options)


def wait_for(probe, what):
    for _ in range(200):
        try:
            probe()
            return
        except Exception:  # the server is not there yet; the last attempt says why
            time.sleep(0.1)
    raise SystemExit(f"{what} did not start")


class Postgres:
    def __init__(self, folder):
        import psycopg2

        self.module, self.folder = psycopg2, folder
        shutil.chown(folder, "postgres")
        self.bin = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        data = os.path.join(folder, "data")
        run([*self.as_user, str(self.bin / "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "--no-sync"])
        self.log = open(os.path.join(folder, "log"), "w")
        self.server = subprocess.Popen(
            [*self.as_user, str(self.bin / "postgres"), "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "wal_level=logical", "-c", "autovacuum=off"],
            stdout=self.log, stderr=self.log)
        wait_for(lambda: self.connect("postgres").close(), "postgres")
        self.send("postgres", "create role reality_group")
        self.send("postgres", "create database base")
        for sql in COMMON:
            self.send("base", sql.format(null=""))
        for sql in ("create sequence sq", "create schema other", "create materialized view mv as select id from t", "create type color as enum ('red')",
                    "create table parted (k int) partition by list (k)", "create table part_one partition of parted for values in (1)", "create table part_free (k int)",
                    "create function noop() returns int language sql as 'select 1'",
                    "create function noop_event() returns event_trigger language plpgsql as 'begin end'",
                    "create procedure inserting() language sql as 'insert into s values (5, ''five'')'"):
            self.send("base", sql)

    def connect(self, database):
        connection = self.module.connect(host=self.folder, user="postgres", dbname=database)
        connection.autocommit = True
        return connection

    def send(self, database, sql):
        connection = self.connect(database)
        try:
            connection.cursor().execute(sql)
        finally:
            connection.close()

    def reset(self):
        self.send("postgres", "drop database if exists reality")
        self.send("postgres", "drop database if exists n")
        self.send("postgres", "create database reality template base")
        for role in ("reality_reader", "reality_user"):
            self.send("postgres", f"drop role if exists {role}")
        self.send("postgres", "revoke reality_group from postgres")
        self.send("postgres", "alter role postgres reset all")

    def execute(self, sql):
        self.send("reality", sql)

    def state(self):
        dump = run([str(self.bin / "pg_dump"), "-h", self.folder, "-U", "postgres", "reality"]).stdout
        roles = run([str(self.bin / "pg_dumpall"), "-h", self.folder, "-U", "postgres", "--globals-only"]).stdout
        databases = run([str(self.bin / "psql"), "-h", self.folder, "-U", "postgres", "-Atc", "select datname, shobj_description(oid, 'pg_database') from pg_database", "postgres"]).stdout
        return [line for line in (dump + roles + databases).splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]

    def stop(self):
        self.server.terminate()  # runuser passes the signal on
        self.server.wait(30)
        self.log.close()


class Mysql:
    def __init__(self, folder):
        import pymysql

        self.module, self.folder = pymysql, folder
        shutil.chown(folder, "mysql")
        data = os.path.join(folder, "data")
        user = ["--user=mysql"] if os.geteuid() == 0 else []
        run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db", *user])
        self.socket = os.path.join(folder, "socket")
        self.log = open(os.path.join(folder, "log"), "w")
        self.server = subprocess.Popen(["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={self.socket}", "--skip-networking", f"--pid-file={folder}/pid", *user],
                                       stdout=self.log, stderr=self.log)
        wait_for(lambda: self.connect(None).close(), "mariadbd")

    def connect(self, database):
        from pymysql.constants import CLIENT

        return self.module.connect(unix_socket=self.socket, user="root", database=database, autocommit=True, client_flag=CLIENT.MULTI_STATEMENTS)

    def send(self, sql, database="reality"):
        connection = self.connect(database)
        try:
            cursor = connection.cursor()
            cursor.execute(sql)
            while cursor.nextset():
                pass
        finally:
            connection.close()

    def reset(self):
        for sql in ("drop database if exists reality", "drop database if exists n", "create database reality", "drop user if exists reality_reader", "drop role if exists reality_role",
                    "create or replace user 'reality_user'@'%'"):
            self.send(sql, None)
        for sql in COMMON:
            self.send(sql.format(null="null"))
        self.send("create procedure inserting() insert into s values (5, 'five')")

    def execute(self, sql):
        self.send(sql)

    def state(self):
        dump = run(["mariadb-dump", "--no-defaults", f"--socket={self.socket}", "-uroot", "--all-databases", "--routines", "--skip-dump-date", "--skip-comments",
                    "--ignore-table=mysql.innodb_table_stats", "--ignore-table=mysql.innodb_index_stats", "--ignore-table=mysql.table_stats", "--ignore-table=mysql.column_stats",
                    "--ignore-table=mysql.index_stats", "--ignore-table=mysql.proc", "--ignore-table=mysql.transaction_registry"]).stdout
        return [re.sub(r'\\*"password_last_changed\\*":\d+', "", line) for line in dump.splitlines() if "@@GLOBAL" not in line]

    def stop(self):
        self.server.terminate()
        self.server.wait(30)
        self.log.close()


KINDS = {"duckdb": Duckdb, "postgres": Postgres, "sqlite": Sqlite, "mysql": Mysql}


def outcome_of(database, name, sql):
    database.reset()
    try:
        database.execute(sql)
    except Exception:  # each driver has its own; whatever it is, there is no first state to compare with
        return "refused"
    before = database.state()
    if name in ("sqlite", "mysql") and COARSE_CLOCK.search(sql):
        time.sleep(1.1)  # their clocks tick in seconds
    try:
        database.execute(sql)
    except Exception:
        return "fails-again"
    return "idempotent" if database.state() == before else "drifts"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", action="append", choices=DATABASES)
    parser.add_argument("--facts", default=str(HERE / "facts.json"))
    options = parser.parse_args()
    path = pathlib.Path(options.facts)
    facts = json.loads(path.read_text()) if path.exists() else {}
    for name in options.database or DATABASES:
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            database = KINDS[name](folder)
            try:
                facts[name] = {sql: outcome_of(database, name, sql) for sql in read_catalogue(name)}
            finally:
                database.stop()
        counts = {kind: list(facts[name].values()).count(kind) for kind in ("idempotent", "drifts", "fails-again", "refused")}
        print(name, counts, file=sys.stderr)
    path.write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
