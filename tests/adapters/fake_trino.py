"""A server that speaks Trino's protocol and fails in all the ways in which a server or a line can: each by the name of a statement.

usage: fake_trino.py COMMAND [ARGUMENT...]
Runs the command beside the server, which listens on two ports of the loopback: HOOKC_TEST_TRINO_PORT, and over TLS, for the name `localhost` by the authority
whose file HOOKC_TEST_TRINO_CA names, HOOKC_TEST_TRINO_TLS_PORT. It keeps nothing but the requests of the last scenario,
which the statement `requests` gives as rows (method, count), and the headers of the last statement, which `headers` gives.
"""

import collections
import http.server
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time

TOO_LARGE = {"columns": [{"name": "a", "type": "varchar"}] * 50, "data": [[None] * 50] * 2000}  # 4 MB for who keeps it

lock = threading.Lock()
requests = collections.Counter()
tries = collections.Counter()
last_headers = []


def column(name, kind):
    return {"name": name, "type": kind}


def failed(name, kind, message, **more):
    return {"error": {"message": message, "errorCode": 1, "errorName": name, "errorType": kind, **more}}


# What the pages of a statement say, in order; the address of the next page is added to all but the last. Scenarios that are not here are methods of Handler.
PAGES = {
    "select 1": [{}, {"columns": [column("a", "integer")], "data": [[1]]}, {"columns": [column("a", "integer")]}],
    "two pages": [{}, {"columns": [column("a", "bigint")], "data": [[1], [2]]}, {"columns": [column("a", "bigint")], "data": [[3]]}, {}],
    "nothing but nulls": [{"nextUri": None, "updateType": None, "updateCount": None, "columns": None, "data": None, "error": None}],
    "insert": [{"updateType": "INSERT"}, {"updateType": "INSERT", "updateCount": 3, "columns": [column("rows", "bigint")], "data": [[3]]}],
    "values": [
        {
            "columns": [
                column("t", "timestamp(3) with time zone"), column("z", "timestamp(0) with time zone"), column("d", "decimal(10, 2)"), column("r", "real"),
                column("i", "double"), column("l", "array(integer)"), column("c", "timestamp(9)"), column("n", "unknown"),
            ],
            "data": [["2024-01-01 02:00:00.250 +05:30", "2024-01-01 02:00:00 Europe/Paris", "12.50", 0.5, "Infinity", [1, None], "2024-01-01 02:00:00.123456789", None]],
        }
    ],
    "late error": [{}, {"columns": [column("a", "bigint")], "data": [[1]]}, failed("DIVISION_BY_ZERO", "USER_ERROR", "Division by zero")],
    "out of memory": [failed("EXCEEDED_LOCAL_MEMORY_LIMIT", "INSUFFICIENT_RESOURCES", "Query exceeded per-node memory limit")],
    "busy cluster": [failed("QUERY_QUEUE_FULL", "INSUFFICIENT_RESOURCES", "Too many queued queries")],
    "lost worker": [failed("REMOTE_HOST_GONE", "INTERNAL_ERROR", "Node is gone")],
    "administrator": [failed("ADMINISTRATIVELY_KILLED", "USER_ERROR", "Killed")],
    "write conflict": [failed("ICEBERG_COMMIT_ERROR", "EXTERNAL", "Failed to commit")],
    "quoted secret": [failed("GENERIC_USER_ERROR", "USER_ERROR", "the header was `Bearer secret-token-of-the-test`")],
    "select '\u00e4',\n  x": [failed("COLUMN_NOT_FOUND", "USER_ERROR", "line 2:3: Column 'x' cannot be resolved", errorLocation={"lineNumber": 2, "columnNumber": 3})],
    "elsewhere": [{"nextUri": "http://127.0.0.1:1/v1/statement/next"}],
    "elsewhere by user": [{"nextUri": "HERE@example.com/v1/statement/next"}],
}
SESSION = {
    "use": [("X-Trino-Set-Catalog", "other"), ("X-Trino-Set-Schema", "place")],
    "set session": [("X-Trino-Set-Session", "limit=a%2Cb")],
    "reset session": [("X-Trino-Clear-Session", "limit")],
    "set role": [("X-Trino-Set-Role", "memory=ROLE%7Badmin%7D")],
    "prepare": [("X-Trino-Added-Prepare", "p=select+1")],
    "deallocate": [("X-Trino-Deallocated-Prepare", "p")],
    "start transaction": [("X-Trino-Started-Transaction-Id", "tx7")],
    "rollback": [("X-Trino-Clear-Transaction-Id", "true")],
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is one packet: else each waits 40 ms for the client to confirm its headers

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def cut(self):
        """An answer that ends in its middle."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"id": ')
        self.close_connection = True

    def page(self, scenario, number, page, is_last):
        origin = self.server.origin
        page = {"id": "q1", "stats": {"state": "RUNNING"}, **page}
        if isinstance(page.get("nextUri"), str):
            page["nextUri"] = page["nextUri"].replace("HERE", origin)
        elif not is_last:
            page["nextUri"] = f"{origin}/v1/statement/executing/{scenario.encode().hex()}/{number + 1}"
        self.answer(200, page, SESSION.get(scenario, []) if is_last else [])

    def serve(self, scenario, number):
        if scenario == "requests":
            with lock:
                rows = sorted(requests.items())
            return self.page(scenario, number, {"columns": [column("method", "varchar"), column("count", "bigint")], "data": rows}, True)
        if scenario == "headers":
            return self.page(scenario, number, {"columns": [column("header", "varchar")], "data": [[line] for line in last_headers]}, True)
        with lock:
            requests[self.command] += 1
            tries[(scenario, number)] += 1
            nth = tries[(scenario, number)]
        method = getattr(self, "on_" + scenario.replace(" ", "_"), None)
        if method is not None:
            return method(number, nth)
        pages = [{}] if scenario in SESSION else PAGES.get(scenario)
        if pages is None:
            return self.answer(400, b"no such scenario: " + scenario.encode())
        return self.page(scenario, number, pages[number], number + 1 == len(pages) or "error" in pages[number])

    def one_row(self):
        self.page("one row", 9, {"columns": [column("a", "integer")], "data": [[1]]}, True)

    # ---- scenarios ----

    def on_busy(self, number, nth):
        self.answer(503, b"busy") if nth <= 2 else self.one_row()

    def on_busy_for_ever(self, number, nth):
        self.answer(503, b"busy")

    def on_gateway_that_loses_the_statement(self, number, nth):
        self.answer(502, b"no answer from behind")

    def on_gateway_that_loses_a_page(self, number, nth):
        if number == 0:
            return self.page("gateway that loses a page", 0, {}, False)
        self.answer(502, b"no answer from behind") if nth <= 2 else self.one_row()

    def on_cut_statement(self, number, nth):
        self.cut()

    def on_cut_page(self, number, nth):
        if number == 0:
            return self.page("cut page", 0, {}, False)
        self.cut() if nth <= 2 else self.one_row()

    def on_page_that_is_always_cut(self, number, nth):
        self.page("page that is always cut", 0, {}, False) if number == 0 else self.cut()

    def on_silent_page(self, number, nth):
        if number == 0:
            return self.page("silent page", 0, {}, False)
        self.server.stopped.wait(20)
        self.close_connection = True

    def on_silent_statement(self, number, nth):
        self.server.stopped.wait(20)
        self.close_connection = True

    def on_slow_statement(self, number, nth):
        if number == 0:
            time.sleep(0.4)
        self.page("slow statement", number, {}, False)

    def on_endless(self, number, nth):
        time.sleep(0.02)
        self.page("endless", number % 1000, {}, False)

    def on_too_large(self, number, nth):
        self.page("too large", number, TOO_LARGE, False)

    def on_no_json(self, number, nth):
        self.answer(200, b"<html>welcome</html>")

    def on_json_of_another_form(self, number, nth):
        self.answer(200, [1, 2])

    def on_pages_of_another_form(self, number, nth):
        self.answer(200, {"nextUri": 7})

    def on_wrong_password(self, number, nth):
        self.answer(401, b"Authentication failed for " + self.headers.get("Authorization", "nobody").encode())

    def on_forbidden(self, number, nth):
        self.answer(403, b"Access Denied: User hookc cannot impersonate user admin")

    # ---- the protocol ----

    def do_GET(self):
        if self.path == "/v1/info":
            return self.answer(200, {"nodeVersion": {"version": "476"}, "environment": "fake", "coordinator": True, "starting": False})
        parts = self.path.split("/")
        if parts[:4] != ["", "v1", "statement", "executing"]:
            return self.answer(404, b"nothing here")
        return self.serve(bytes.fromhex(parts[4]).decode(), int(parts[5]))

    def do_POST(self):
        sql = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path != "/v1/statement":
            return self.answer(404, b"nothing here")
        if sql not in ("requests", "headers"):
            with lock:
                if sql != self.server.scenario:  # else it is tried again
                    requests.clear()
                    tries.clear()
                    type(self.server).scenario = sql
                last_headers[:] = [f"{name}: {value}" for name, value in self.headers.items()]
        return self.serve(sql, 0)

    def do_DELETE(self):
        with lock:
            requests["DELETE"] += 1
        self.answer(204, b"")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    stopped = threading.Event()
    scenario = ""

    def __init__(self, tls=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_address[1]
        self.origin = f"https://localhost:{self.port}" if tls else f"http://127.0.0.1:{self.port}"
        self.tls = tls
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, client_address):
        # On the thread of the connection: one that never says hello keeps no other waiting.
        super().finish_request(self.tls.wrap_socket(request, server_side=True) if self.tls else request, client_address)

    def handle_error(self, *_):
        pass  # a client that has gone away


def certificate(folder):
    """A certificate for `localhost` that is its own authority."""
    key, file = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, "-keyout", key, "-out", file], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return file, context


def main():
    with tempfile.TemporaryDirectory() as folder:
        file, context = certificate(folder)
        environment = {"HOOKC_TEST_TRINO_PORT": str(Server().port), "HOOKC_TEST_TRINO_TLS_PORT": str(Server(context).port), "HOOKC_TEST_TRINO_CA": file}
        status = subprocess.run(sys.argv[1:], env={**os.environ, **environment}, check=False).returncode
        Server.stopped.set()
    sys.exit(status if status >= 0 else 1)


if __name__ == "__main__":
    main()
