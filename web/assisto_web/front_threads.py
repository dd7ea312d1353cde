"""The front's threads: few, long-lived, each with its own database connection."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Job = TypeVar("Job")


class _Seat(Generic[Job]):
    """Where a thread waits for its next job."""

    __slots__ = ("called", "entry")

    def __init__(self) -> None:
        self.called = threading.Lock()
        self.called.acquire()
        self.entry: tuple[Job, asyncio.Future[None]] | None = None


class WorkerThreads(Generic[Job]):
    """Runs jobs from an event loop in threads, with one cheap hand-over each way.

    ``run_in_executor`` wakes the loop for every finished job; here one waking
    collects all that finished meanwhile. The thread that became idle last gets
    the next job: its database connection and the processor's caches are warm.
    """

    def __init__(self, run: Callable[[Job], None]) -> None:
        """``run`` is called in a thread and must not raise."""
        self._run = run
        self._idle: list[_Seat[Job]] = []
        self._waiting: deque[tuple[Job, asyncio.Future[None]]] = deque()
        self._guard = threading.Lock()
        self._is_stopping = False
        self._finished: deque[asyncio.Future[None]] = deque()
        self._is_waking = False
        self._threads: list[threading.Thread] = []
        self._loop: asyncio.AbstractEventLoop

    def start(self, loop: asyncio.AbstractEventLoop, count: int) -> None:
        """Start ``count`` threads that live until ``stop``."""
        self._loop = loop
        self._threads = [
            threading.Thread(target=self._work, name=f"web-{number}", daemon=True)
            for number in range(1, count + 1)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, loop: asyncio.AbstractEventLoop, *, seconds: float = 1.0) -> None:
        """End each thread after its job; one that hangs is left to the process's end."""
        with self._guard:
            self._is_stopping = True
            idle, self._idle = self._idle, []
        for seat in idle:
            seat.called.release()
        for thread in self._threads:
            thread.join(seconds)
        loop.run_until_complete(asyncio.sleep(0))

    def waiting(self) -> int:
        """Count the jobs that no thread has taken yet."""
        return len(self._waiting)

    def submit(self, job: Job) -> Awaitable[None]:
        """Queue the job; the awaitable is done when it has run. Only from the loop's thread."""
        future = self._loop.create_future()
        with self._guard:
            if not self._idle:
                self._waiting.append((job, future))
                return future
            seat = self._idle.pop()
        seat.entry = (job, future)
        seat.called.release()
        return future

    def nothing(self) -> Awaitable[None]:
        """Return an awaitable that is done already."""
        future = self._loop.create_future()
        future.set_result(None)
        return future

    def _work(self) -> None:
        seat: _Seat[Job] = _Seat()
        while (entry := self._next(seat)) is not None:
            job, future = entry
            self._run(job)
            del entry, job  # an idle thread holds no request
            self._finished.append(future)
            if not self._is_waking:
                self._is_waking = True
                self._loop.call_soon_threadsafe(self._collect)

    def _next(self, seat: _Seat[Job]) -> tuple[Job, asyncio.Future[None]] | None:
        """Return the next job, waiting for it; None when there will be no more."""
        with self._guard:
            if self._waiting:
                return self._waiting.popleft()
            if self._is_stopping:
                return None
            self._idle.append(seat)
        seat.called.acquire()
        entry, seat.entry = seat.entry, None
        return entry

    def _collect(self) -> None:
        # Lowered first: whoever finishes from here on wakes the loop again.
        self._is_waking = False
        while self._finished:
            future = self._finished.popleft()
            if not future.done():
                future.set_result(None)
