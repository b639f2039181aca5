#!/usr/bin/env python3
"""Faults other than a kill: signals, a server that goes away, a lock that is held, a full disk, a folder or a database that cannot be written. One line of a table each.

usage: other_faults.py --hookc PROGRAM [--only NAME]...

Needs the environment of tests/adapters/with-postgres. The full disk is a small tmpfs: without the right to mount one it is left out, and said so.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SLOW = {"duckdb": "select sum(hash(a.range)) from range(100000000000) a", "postgres": "select pg_sleep(60)"}


class Fault(Exception):
    pass


def require(condition, message):
    if not condition:
        raise Fault(message)


def wait_until(holds, otherwise):
    deadline = time.monotonic() + 30
    while not holds():
        require(time.monotonic() < deadline, otherwise)
        time.sleep(0.01)


class Project:
    def __init__(self, adapter, hooks, settings="", profile=None, root=None):
        self.root = pathlib.Path(root or tempfile.mkdtemp(prefix="hookc-fault-"))
        duckdb = f"type: duckdb, path: {self.root}/target/x.duckdb, schema: main"
        postgres = f"type: postgres, host: {os.environ['HOOKC_TEST_POSTGRES']}, port: {os.environ['HOOKC_TEST_POSTGRES_PORT']}, user: hookc, password: hush-hush, dbname: hookc, schema: public"
        (self.root / "dbt_project.yml").write_text("name: fault\nprofile: fault\nversion: '1'\non-run-start: " + json.dumps(hooks) + "\n")
        (self.root / "profiles.yml").write_text("fault: {target: dev, outputs: {dev: {" + (profile or (duckdb if adapter == "duckdb" else postgres)) + "}}}\n")
        if settings:
            (self.root / "hookc.yml").write_text(settings)

    def start(self, *arguments):
        return subprocess.Popen([OPTIONS.hookc, "run", str(self.root), *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, *arguments):
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=60)
        require("hush-hush" not in output, "the password is in the output")
        return process.returncode, output

    def journal(self):
        files = sorted((self.root / "target" / "hookc-run").glob("*.jsonl"))
        return files[-1].read_text() if files else ""

    def wait_for_step(self, number):
        wait_until(lambda: self.journal().count('"e":"step"') >= number, "the step is not reached")
        time.sleep(0.2)


def psql(sql):
    return subprocess.run([os.environ["HOOKC_TEST_POSTGRES_BIN"] + "/psql", "-X", "-q", "-A", "-t", "-h", os.environ["HOOKC_TEST_POSTGRES"], "-p", os.environ["HOOKC_TEST_POSTGRES_PORT"], "-U", "hookc", "-d", "hookc", "-c", sql],
                          capture_output=True, text=True, check=True).stdout.strip()


SESSIONS = "from pg_stat_activity where application_name = 'hookc'"


def told_to_end(adapter, number):
    project = Project(adapter, ["select 1", SLOW[adapter], "select 3"])
    process = project.start()
    project.wait_for_step(2)
    begin = time.monotonic()
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    took = time.monotonic() - begin
    require(process.returncode == 1, f"status {process.returncode}\n{output}")
    require("the process was told to end" in output, output)
    require('"e":"end","status":"error"' in project.journal(), "the journal is not closed")
    if adapter == "postgres":
        require(psql("select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid() and state = 'active'") == "0", "the statement still runs at the server")
    return f"cancelled and closed within {took:.1f} s, status 1"


def session_cut():
    project = Project("postgres", ["select 1", SLOW["postgres"], "select 3"])
    process = project.start()
    project.wait_for_step(2)
    psql(f"select pg_terminate_backend(pid) {SESSIONS}")
    output, _ = process.communicate(timeout=20)
    require(process.returncode == 1 and ("terminating connection" in output or "connection" in output), output)
    status, output = project.run("--resume")
    require(status == 1 and "step 1 of `on-run-start.fault.1` was sent before the run broke off" in output, output)
    return "the hook fails with the server's words, nothing more is sent; `--resume` names the step in doubt"


INSERTS = [f"insert into cut values ({number})" for number in range(200)]


def while_it_stands_still(project, fault):
    """Runs the project, and lets the fault happen while it has sent nothing: it is stopped, and what it had sent is answered. It goes on when the server has no session of it any more."""
    process = project.start()
    project.wait_for_step(20)
    process.send_signal(signal.SIGSTOP)
    threads = pathlib.Path(f"/proc/{process.pid}/task")
    wait_until(lambda: all((thread / "stat").read_text().rpartition(")")[2].split()[0] == "T" for thread in threads.iterdir()), "the run does not stop")
    wait_until(lambda: psql(f"select count(*) {SESSIONS} and state = 'active'") == "0", "the server does not end what was sent")
    sessions = psql(f"select pid {SESSIONS}").split()
    require(sessions, "the run is over before it was stopped")
    fault()
    wait_until(lambda: not any(os.path.exists(f"/proc/{session}") for session in sessions), "the server does not end the session")
    process.send_signal(signal.SIGCONT)
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


def cut():
    psql(f"select pg_terminate_backend(pid) {SESSIONS}")


def slow_project(hooks, settings="hooks: [{match: '*', retries: 8}]\n"):
    psql("drop table if exists cut; create table cut (a int)")
    # A hook that takes its time, so that the run is not over before it is stopped.
    return Project("postgres", [*hooks[:20], "insert into cut select -1 from pg_sleep(1)", *hooks[20:]], settings)


def cut_between_hooks():
    project = slow_project(INSERTS)
    status, output = while_it_stands_still(project, cut)
    require(status == 0 and psql("select count(*), count(distinct a) from cut") == "201|201", output)
    require('"e":"new session"' in project.journal(), "the session was not opened anew")
    return "`retries` opens a new session: each hook is done once"


def crash_between_hooks():
    def crash():
        victim = subprocess.Popen([os.environ["HOOKC_TEST_POSTGRES_BIN"] + "/psql", "-X", "-q", "-h", os.environ["HOOKC_TEST_POSTGRES"], "-p", os.environ["HOOKC_TEST_POSTGRES_PORT"], "-U", "hookc", "-d", "hookc",
                                   "-c", "select pg_sleep(60) as victim"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        the_victim = "from pg_stat_activity where query like '%as victim' and pid <> pg_backend_pid()"
        wait_until(lambda: psql(f"select pid {the_victim}"), "the session that is to be killed does not begin")
        os.kill(int(psql(f"select pid {the_victim}")), signal.SIGKILL)  # the server ends all sessions, recovers, and takes no new ones meanwhile
        victim.wait()

    project = slow_project(INSERTS)
    status, output = while_it_stands_still(project, crash)
    require(status == 0 and psql("select count(*), count(distinct a) from cut") == "201|201", output)
    return "`retries` outlasts the recovery: each hook is done once"


def cut_in_a_statement_of_the_ledger():
    psql("drop table if exists cut; create table cut (a int)")
    project = Project("postgres", ["insert into cut values (1)", "insert into cut select 2 from pg_sleep(1)", "insert into cut values (3)"], "ledger: database\nhooks: [{match: '*', retries: 8}]\n")
    process = project.start()
    project.wait_for_step(2)
    cut()
    output, _ = process.communicate(timeout=30)
    require(process.returncode == 0 and psql("select string_agg(a::text, ',' order by a) from cut") == "1,2,3", output)
    return "with the ledger in the database the new session asks what became of it: done once"


def cut_with_session_state():
    project = slow_project(["set statement_timeout = '1min'", *INSERTS])
    status, output = while_it_stands_still(project, cut)
    require(status == 1 and "settings, temporary tables or locks of the session went with it" in output, output)
    return "the hook fails: what `set` has set is gone, and nothing is sent without it"


def lock_is_held():
    psql("drop table if exists held; create table held (a int)")
    holder = subprocess.Popen([os.environ["HOOKC_TEST_POSTGRES_BIN"] + "/psql", "-X", "-q", "-h", os.environ["HOOKC_TEST_POSTGRES"], "-p", os.environ["HOOKC_TEST_POSTGRES_PORT"], "-U", "hookc", "-d", "hookc",
                               "-c", "begin; lock table held; select pg_sleep(2); commit"], stdout=subprocess.DEVNULL)
    wait_until(lambda: psql("select count(*) from pg_locks where relation = 'held'::regclass and granted") == "1", "the lock is not taken")
    project = Project("postgres", ["set lock_timeout = '200ms'", "insert into held values (1)"], "hooks: [{match: '*', retries: 8}]\n")
    status, output = project.run()
    holder.wait()
    require(status == 0 and psql("select count(*) from held") == "1", output)
    attempts = project.journal().count('"kind":"conflict"')
    require(attempts >= 1, "the lock was not met")
    return f"`retries` outlasts it: done once after {attempts} refusals"


def second_run():
    project = Project("postgres", [SLOW["postgres"]])
    process = project.start()
    project.wait_for_step(1)
    status, output = project.run()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    require(status == 2 and "another run of this project goes on" in output, output)
    other = Project("postgres", [SLOW["postgres"]])
    process = other.start()
    other.wait_for_step(1)
    status, output = Project("postgres", ["select 1"]).run()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    require(status == 2 and "another run of this project goes on in this database" in output, output)
    return "refused by the lock on the journals, and in another checkout by the lock in the database; status 2"


def wrong_password():
    project = Project("postgres", ["select 1"], profile=f"type: postgres, host: {os.environ['HOOKC_TEST_POSTGRES']}, port: {os.environ['HOOKC_TEST_POSTGRES_PORT']}, user: locked, password: hush-hush, dbname: hookc, schema: public")
    status, output = project.run()
    require(status == 2 and "password authentication failed" in output, output)
    return "status 2 with the server's words, without the password"


def full_disk():
    root = tempfile.mkdtemp(prefix="hookc-fault-")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", root], capture_output=True).returncode != 0:
        return None
    try:
        project = Project("postgres", ["select 1"] * 2000, root=root)
        status, output = project.run()
        require(status != 0 and "cannot be written: No space left on device" in output, output)
        return f"nothing is sent that cannot be written down: status {status}, and the file is named"
    finally:
        subprocess.run(["umount", root], check=True)


def folder_without_rights():
    project = Project("postgres", ["select 1"])
    (project.root / "target").write_text("a file where the folder should be")
    status, output = project.run()
    require(status == 2 and "cannot be made" in output, output)
    return "status 2 before the database is opened"


def read_only_database():
    project = Project("postgres", ["set default_transaction_read_only = on", "create table nothing (a int)"])
    status, output = project.run()
    require(status == 1 and "read-only transaction" in output, output)
    return "the hook fails with the server's words"


def clock_goes_back():
    project = Project("postgres", ["select 1"])
    for _ in range(2):
        require(project.run()[0] == 0, "the run fails")
    first = sorted((project.root / "target" / "hookc-run").glob("*.jsonl"))[0]
    first.write_text(first.read_text().replace('"started_at":"20', '"started_at":"30'))
    runs = json.loads(subprocess.run([OPTIONS.hookc, "history", str(project.root), "--format", "json"], capture_output=True, text=True, check=True).stdout)["runs"]
    require([run["number"] for run in runs] == [2, 1], str(runs))
    return "runs are in the order in which they began: journals are numbered"


FAULTS = {
    "SIGINT in a statement, DuckDB": lambda: told_to_end("duckdb", signal.SIGINT),
    "SIGTERM in a statement, DuckDB": lambda: told_to_end("duckdb", signal.SIGTERM),
    "SIGINT in a statement, PostgreSQL": lambda: told_to_end("postgres", signal.SIGINT),
    "SIGTERM in a statement, PostgreSQL": lambda: told_to_end("postgres", signal.SIGTERM),
    "the session is cut by the server in a statement": session_cut,
    "the session is cut between two hooks": cut_between_hooks,
    "the server crashes and recovers between two hooks": crash_between_hooks,
    "the session is cut in a statement, ledger in the database": cut_in_a_statement_of_the_ledger,
    "the session is cut that has settings": cut_with_session_state,
    "a lock is held by another session": lock_is_held,
    "two runs at once": second_run,
    "wrong password": wrong_password,
    "the journal's disk is full": full_disk,
    "the journal's folder cannot be made": folder_without_rights,
    "the database is read-only": read_only_database,
    "the clock goes backwards": clock_goes_back,
}


def main():
    failed = False
    for name, fault in FAULTS.items():
        if OPTIONS.only and name not in OPTIONS.only:
            continue
        try:
            outcome = fault()
            print(f"| {name} | {outcome or 'not tried: no right to mount'} |", flush=True)
        except Fault as error:
            failed = True
            print(f"| {name} | WRONG: {error} |", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--hookc", required=True)
    parser.add_argument("--only", action="append")
    OPTIONS = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hookc-faults-", ignore_cleanup_errors=True) as tempfile.tempdir:
        main()
