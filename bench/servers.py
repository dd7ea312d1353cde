"""Servers side by side, each in a process group of its own, with production settings."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.calendar_data import Event
from bench.client import Account

ROOT = Path(__file__).resolve().parent.parent
STOCK = ROOT / ".venv-radicale" / "bin" / "python"
START_SECONDS = 60
ALICE = "alice@mitte.example"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(argv: list[str], *, port: int, log: Path, env: dict[str, str]) -> Iterator[int]:
    """Run a server until it is not needed any more; give its process group."""
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
        wait_for(port, log, lambda: process.poll() is None)
        yield process.pid
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(port: int, log: Path, is_alive: object) -> None:
    """Wait until somebody listens.

    Raises:
        SystemExit: The server did not start; its log's end is told.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and (not callable(is_alive) or is_alive()):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    told = log.read_text(errors="replace")[-3000:] if log.exists() else ""
    raise SystemExit(f"The server did not start:\n{told}")


@contextmanager
def ours(folder: Path) -> Iterator[Account]:
    """Our server with the demo's people: two workers, SQLite with ``synchronous=FULL``."""
    port, data, log = free_port(), folder / "ours", folder / "ours.log"
    argv = [sys.executable, "-m", "assisto_caldav", "serve", "--demo"]
    argv += ["--port", str(port), "--data", str(data)]
    with running(argv, port=port, log=log, env={}) as group:
        yield Account("ours", port, f"/dav/{ALICE}/", ALICE, "demo-alice", log, group)


def import_into_ours(folder: Path, file: Path, calendar: str) -> float:
    """Import an exported calendar with our command; return the seconds it took."""
    env = {**os.environ, "ASSISTO_DEMO": "1", "ASSISTO_DATA": str(folder / "ours")}
    argv = [sys.executable, "-m", "assisto_caldav", "import", ALICE, str(file)]
    begun = time.perf_counter()
    done = subprocess.run(
        [*argv, "--calendar", calendar], cwd=ROOT, env=env, capture_output=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"The import failed: {done.stderr.decode()[-2000:]}")
    return time.perf_counter() - begun


@contextmanager
def stock(folder: Path, calendars: dict[str, Iterable[Event]]) -> Iterator[Account]:
    """Stock Radicale, its own server and storage, with the same objects as files; no log-in."""
    port, log, config = free_port(), folder / "stock.log", folder / "stock.conf"
    home = folder / "stock" / "collection-root" / "alice"
    for name, found in calendars.items():
        (home / name).mkdir(parents=True)
        (home / name / ".Radicale.props").write_text('{"tag": "VCALENDAR"}')
        for event in found:
            (home / name / f"{event.uid}.ics").write_text(event.text, newline="")
    config.write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n"
        f"[storage]\nfilesystem_folder = {folder / 'stock'}\n[logging]\nlevel = error\n"
    )
    argv = [str(STOCK), "-m", "radicale", "--config", str(config)]
    with running(argv, port=port, log=log, env={}) as group:
        yield Account("stock", port, "/alice/", "alice", "x", log, group)


@contextmanager
def hello(folder: Path) -> Iterator[Account]:
    """A WSGI hello under our server and front."""
    port, log = free_port(), folder / "hello.log"
    argv = [sys.executable, "-m", "bench.hello", str(port)]
    with running(argv, port=port, log=log, env={}) as group:
        yield Account("hello", port, "/", "", "", log, group)


def cpu_seconds(group: int) -> float:
    """Return the processor time that a process group has used so far."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == group:
                    ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mib(group: int) -> float:
    """Return the proportional set size of a process group's processes."""
    return sum(memory_of_each(group).values())


def memory_of_each(group: int, *, kind: str = "Pss") -> dict[str, float]:
    """Return the proportional set size of each process of a group, by number and command.

    ``kind`` is a name of Linux' ``smaps_rollup``; "Anonymous" leaves mapped files out.
    """
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == group:
                    lines = (entry / "smaps_rollup").read_text().splitlines()
                    kib = sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))
                    words = (entry / "cmdline").read_text().split("\0")[1:6]
                    found[f"{entry.name} {' '.join(words)}"] = kib / 1024
    return found
