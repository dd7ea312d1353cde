"""Two servers side by side: ours, and stock Radicale from its own environment."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STOCK = ROOT / ".venv-radicale" / "bin" / "python"
START_SECONDS = 60


@dataclass(frozen=True)
class Account:
    """Where a calendar is, and who asks."""

    name: str
    port: int
    collection: str
    user: str
    password: str
    log: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(argv: list[str], *, port: int, log: Path, env: dict[str, str]) -> Iterator[None]:
    """Run a server in a process group of its own until it is not needed any more."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            argv,
            stdout=output,
            stderr=output,
            cwd=ROOT,
            env={**os.environ, **env},
            start_new_session=True,
        )
    try:
        _wait(process, port, log)
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"The server did not start:\n{log.read_text()[-3000:]}")


@contextmanager
def ours(folder: Path, calendar: Path) -> Iterator[Account]:
    """Our server with the demo's people and the calendar imported; production settings."""
    port = free_port()
    data = folder / "ours"
    log = folder / "ours.log"
    env = {"ASSISTO_DEMO": "1", "ASSISTO_DATA": str(data), "ASSISTO_PORT": str(port)}
    command = [sys.executable, "-m", "assisto_caldav"]
    argv = [*command, "serve", "--demo", "--port", str(port), "--data", str(data)]
    imported = [*command, "import", "alice@mitte.example", str(calendar), "--calendar", "bench"]
    with running(argv, port=port, log=log, env=env):
        done = subprocess.run(imported, cwd=ROOT, env={**os.environ, **env}, check=False)
        if done.returncode:
            raise SystemExit("The import failed.")
        user = "alice@mitte.example"
        yield Account("ours", port, f"/dav/{user}/bench/", user, "demo-alice", log)


@contextmanager
def stock(folder: Path, objects: dict[str, str]) -> Iterator[Account]:
    """Stock Radicale with the same objects as files, as it stores them."""
    port = free_port()
    collection = folder / "stock" / "collection-root" / "alice" / "bench"
    collection.mkdir(parents=True)
    (collection / ".Radicale.props").write_text('{"tag": "VCALENDAR"}')
    for href, text in objects.items():
        (collection / href).write_text(text, newline="")
    log = folder / "stock.log"
    config = folder / "stock.conf"
    config.write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n"
        f"[storage]\nfilesystem_folder = {folder / 'stock'}\n[logging]\nlevel = error\n"
    )
    argv = [str(STOCK), "-m", "radicale", "--config", str(config)]
    with running(argv, port=port, log=log, env={}):
        yield Account("stock", port, "/alice/bench/", "alice", "x", log)
