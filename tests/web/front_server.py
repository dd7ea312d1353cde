"""The processes that the tests of the front and of supervision start.

front_server.py web PORT '{"threads": 2}' [WORKERS] [TRUSTED PROXY]
front_server.py supervise PORT
front_server.py sleep PID-FILE [watch-only]
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

from assisto_caldav import supervision
from assisto_caldav.serve import serve_web
from assisto_web.front import FrontLimits

_per_thread = threading.local()
_closed = []


class _Iterable:
    """A response in pieces that wants to be closed."""

    def __iter__(self):
        yield b"one "
        yield b"two"

    def close(self):
        _closed.append(1)


def _environ(environ, start):
    shown = {key: value for key, value in environ.items() if isinstance(value, str)}
    body = json.dumps(shown).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _length(environ, start):
    kind = type(environ["wsgi.input"]).__name__
    length = len(environ["wsgi.input"].read())
    start("200 OK", [])
    return [f"{length} {environ['CONTENT_LENGTH']} {kind}".encode()]


def _process(environ, start):
    _per_thread.requests = getattr(_per_thread, "requests", 0) + 1
    start("200 OK", [])
    return [f"{os.getpid()} {os.getppid()} {_per_thread.requests}".encode()]


def _hold(environ, start):
    """Wait for the file named in the query; the same with ".taken" says that this waits."""
    gate = Path(environ["QUERY_STRING"])
    gate.with_suffix(".taken").touch()
    deadline = time.monotonic() + 20
    while not gate.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    start("200 OK", [])
    return [b"held"]


def _headers(environ, start):
    start(
        "418 I'm a teapot",
        [
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
            ("Content-Length", "99999"),
            ("Connection", "close"),
            ("X-Name", "Bär".encode().decode("latin-1")),
        ],
    )
    return [b"short"]


def _pieces(environ, start):
    start("200 OK", [])
    return _Iterable()


def _closings(environ, start):
    start("200 OK", [])
    return [str(len(_closed)).encode()]


def _fail(environ, start):
    raise LookupError(f"nothing at {environ['PATH_INFO']}?{environ['QUERY_STRING']}")


def _fail_late(environ, start):
    start("200 OK", [])
    yield b"half of it"
    raise LookupError


ROUTES = {
    "/environ": _environ,
    "/length": _length,
    "/process": _process,
    "/hold": _hold,
    "/headers": _headers,
    "/pieces": _pieces,
    "/closings": _closings,
    "/fail": _fail,
    "/fail-late": _fail_late,
}


def application(environ, start):
    return ROUTES.get(environ["PATH_INFO"], _environ)(environ, start)


def _web(port, limits="{}", workers="1", *proxies):
    serve_web(
        lambda: application,
        host="127.0.0.1",
        port=int(port),
        workers=int(workers),
        limits=FrontLimits(**json.loads(limits)),
        trusted_proxies=proxies,
    )


def _supervise(port, pid_file):
    me = (sys.executable, __file__)
    children = (
        supervision.ChildCommand("web", (*me, "web", port, "{}", "2")),
        supervision.ChildCommand("worker", (*me, "sleep", pid_file)),
    )
    sys.exit(supervision.supervise(children))


def _sleep(pid_file, how=""):
    if how == "watch-only":
        supervision._ask_kernel = lambda: None
        supervision.end_with_parent(os.getppid())
    else:
        supervision.end_with_supervisor()
    Path(pid_file).write_text(str(os.getpid()))
    time.sleep(60)


if __name__ == "__main__":
    {"web": _web, "supervise": _supervise, "sleep": _sleep}[sys.argv[1]](*sys.argv[2:])
