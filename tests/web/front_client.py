"""Raw sockets against a server that the tests have started."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

SERVER = Path(__file__).with_name("front_server.py")
GET = b"GET %s HTTP/1.1\r\nHost: centre.example\r\n\r\n"


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name):
        return [value for key, value in self.headers if key == name]


class Server(NamedTuple):
    process: subprocess.Popen
    port: int
    log: Path

    def connect(self, raw=b""):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=15)
        if raw:
            connection.sendall(raw)
        return connection

    def ask(self, raw):
        with self.connect(raw) as connection:
            return read_answer(connection, has_body=not raw.startswith(b"HEAD"))

    def get(self, path, headers=b""):
        return self.ask(GET.replace(b"\r\n\r\n", b"\r\n" + headers + b"\r\n") % path)


def read_answer(connection, *, has_body=True):
    """Read one answer; passes over "100 Continue"."""
    file = connection.makefile("rb")
    status = int(file.readline().split()[1])
    headers = []
    while (line := file.readline().decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        headers.append((name.lower(), value.strip()))
    if status == 100:
        return read_answer(connection, has_body=has_body)
    length = int(dict(headers).get("content-length", "0")) if has_body else 0
    return Answer(status, headers, file.read(length))


def until(condition, seconds=15.0):
    """Poll until the condition gives something true, and return that."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        select.select([], [], [], 0.01)
    return result


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_running(pid):
    """Tell whether the process runs; one that has ended and is not yet collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@contextlib.contextmanager
def running(log, *arguments):
    """Start front_server.py in a process group of its own, and end the whole group."""
    port = free_port()
    command = [sys.executable, str(SERVER), arguments[0], str(port), *arguments[1:]]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    server = Server(process, port, log)
    try:
        until(lambda: _answers(server))
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(server):
    assert server.process.poll() is None, server.log.read_text()
    try:
        return server.get(b"/").status == 200
    except (OSError, IndexError):
        return False
