"""A whole demo server on loopback, in a process group of its own: what end-to-end tests drive."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
STOP_SECONDS = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], Any], *, seconds: float = 30.0, what: str = "") -> Any:
    """Ask again until the answer is true; fail when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"did not happen within {seconds} s: {what or condition}")


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class LiveServer:
    """One running server; ``data`` is its folder, ``process`` the parent of its family."""

    port: int
    data: Path
    env: dict[str, str]
    log: Path
    config: Path = ROOT / "config" / "assisto.toml"
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[str]:
        """The mails that were sent, as text."""
        return [file.read_text() for file in sorted((self.data / "mails").glob("*.eml"))]

    def start(self) -> None:
        command = [sys.executable, "-m", "assisto_caldav", "--config", str(self.config)]
        arguments = ["serve", "--demo", "--port", str(self.port), "--data", str(self.data)]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*command, *arguments],
                cwd=ROOT,
                env={**os.environ, **self.env},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_for(self._answers, seconds=START_SECONDS, what=self.log.read_text()[-2000:])

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended:\n{self.log.read_text()[-3000:]}")
        with suppress(OSError, http.client.HTTPException):
            return self.call("GET", "/healthz", seconds=2).status == 200
        return False

    def call(
        self,
        method: str,
        path: str,
        body: bytes | str = b"",
        *,
        headers: dict[str, str] | None = None,
        seconds: float = 30,
    ) -> Answer:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            raw = body.encode() if isinstance(body, str) else body
            connection.request(method, path, raw, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def post_json(self, path: str, value: object) -> Answer:
        headers = {"Content-Type": "application/json"}
        return self.call("POST", path, json.dumps(value), headers=headers)

    def family(self) -> list[psutil.Process]:
        """The parent and everything below it."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def stop(self) -> None:
        """End in order; whoever stays is killed and reported."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill_group()
                raise

    def kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)


def config_with(folder: Path, **limits: int) -> Path:
    """Copy the demo's configuration, with other limits for the institution "mitte"."""
    copied = folder / "config"
    shutil.copytree(ROOT / "config", copied)
    file = copied / "institutions" / "mitte.toml"
    text = file.read_text()
    for name, value in limits.items():
        text = re.sub(rf"^{name} = .*\n", "", text, flags=re.MULTILINE)
        text = text.replace("[limits]\n", f"[limits]\n{name} = {value}\n", 1)
    file.write_text(text)
    return copied / "assisto.toml"


@contextmanager
def live_server(
    folder: Path, *, env: dict[str, str] | None = None, config: Path | None = None
) -> Iterator[LiveServer]:
    """Run a demo server in a folder of its own until the test is over."""
    server = LiveServer(
        port=free_port(), data=folder / "data", env=env or {}, log=folder / "server.log"
    )
    if config is not None:
        server.config = config
    server.start()
    try:
        yield server
    finally:
        server.stop()
        with suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
