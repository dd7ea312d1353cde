"""A family of processes: started, watched, restarted and ended together."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

logger = logging.getLogger("assisto.supervision")

EXIT_CONFIG = 78  # EX_CONFIG of sysexits.h: starting again would not help
_SUPERVISOR_VARIABLE = "ASSISTO_SUPERVISOR"
_MALLOC = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": str(32 * 1024 * 1024),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),
}
"""glibc's settings for children: one heap, as one thread runs at a time, and no giving back of
what the next long answer needs again (a fifth of the time of a long listing)."""
_PR_SET_PDEATHSIG = 1
_WATCH_SECONDS = 1.0
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class ChildCommand:
    """One process of the family; ``argv`` must start it directly, without a shell."""

    name: str
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: before a restart, and for an orderly end.

    The wait before a restart doubles up to ``longest``; a child that has run
    for ``steady`` seconds begins anew with ``first``.
    """

    first: float = 0.25
    longest: float = 30.0
    steady: float = 60.0
    stop: float = 10.0


def end_with_parent(parent: int) -> None:
    """Tie this process to ``parent``, its parent's process id: gone, it is killed.

    The kernel does it on Linux; a thread that watches is there for other
    systems, and in case the parent was gone before the kernel was asked.
    """
    _ask_kernel()
    watcher = threading.Thread(target=_watch_parent, args=(parent,), daemon=True, name="parent")
    watcher.start()


def end_with_supervisor() -> None:
    """Tie this process to ``supervise``, if that has started it. Call it first of all."""
    supervisor = os.environ.pop(_SUPERVISOR_VARIABLE, None)
    if supervisor is not None:
        end_with_parent(int(supervisor))


def supervise(children: Sequence[ChildCommand], *, patience: Patience | None = None) -> int:
    """Run the children until a signal asks to stop; return the exit status.

    A child that ends is started again, later each time. One that ends with
    ``EXIT_CONFIG`` ends the family. SIGTERM, SIGINT and SIGHUP end it in
    order; a second one at once. Call it from the main thread.
    """
    patience = patience or Patience()
    family = [_Child(command, patience) for command in children]
    with _listening() as wait:
        try:
            status = _watch_over(family, wait)
        finally:
            _end(family, wait, seconds=patience.stop)
    return status


def _ask_kernel() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(slots=True)
class _Child:
    command: ChildCommand
    patience: Patience
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    delay: float = 0.0

    def start(self, now: float) -> None:
        environment = {**_MALLOC, **os.environ, _SUPERVISOR_VARIABLE: str(os.getpid())}
        self.started = now
        try:
            self.process = subprocess.Popen(  # noqa: S603  # the commands are our own
                self.command.argv,
                env=environment,
                preexec_fn=_ask_kernel,  # noqa: PLW1509  # no other thread runs in this process
            )
        except OSError as exc:
            self._plan_restart(f"could not start: {exc.strerror}", now)

    def look(self, now: float) -> int | None:
        """Restart when due; return the exit status of a child that has just ended."""
        if self.process is None:
            if now >= self.due:
                self.start(now)
            return None
        status = self.process.poll()
        if status is not None:
            self.process = None
            self._plan_restart(f"ended with status {status}", now)
        return status

    def _plan_restart(self, reason: str, now: float) -> None:
        was_steady = now - self.started >= self.patience.steady
        doubled = min(self.delay * 2, self.patience.longest)
        self.delay = self.patience.first if was_steady or not doubled else doubled
        self.due = now + self.delay
        logger.error("%s %s; next start in %.2f s", self.command.name, reason, self.delay)


def _watch_over(family: list[_Child], wait: Callable[[float | None], bool]) -> int:
    """Return 0 when a signal asks to stop, ``EXIT_CONFIG`` when a child cannot run."""
    while True:
        now = time.monotonic()
        for child in family:
            if child.look(now) == EXIT_CONFIG:
                return EXIT_CONFIG
        due = [child.due for child in family if child.process is None]
        if wait(max(0.0, min(due) - now) if due else None):
            return 0


def _end(family: list[_Child], wait: Callable[[float | None], bool], *, seconds: float) -> None:
    running = [child.process for child in family if child.process is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + seconds
    while any(process.poll() is None for process in running):
        remaining = deadline - time.monotonic()
        if remaining <= 0 or wait(remaining):
            break
    for process in running:
        process.kill()
        process.wait()


@contextlib.contextmanager
def _listening() -> Iterator[Callable[[float | None], bool]]:
    """Give a function that waits for a signal and tells whether it asks to stop."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    before = {number: signal.getsignal(number) for number in (*_STOP_SIGNALS, signal.SIGCHLD)}
    for number in before:
        signal.signal(number, lambda _number, _frame: None)
    wakeup_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def wait(seconds: float | None) -> bool:
        if not select.select([reading], [], [], seconds)[0]:
            return False
        return any(number in _STOP_SIGNALS for number in os.read(reading, 4096))

    try:
        yield wait
    finally:
        signal.set_wakeup_fd(wakeup_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)
