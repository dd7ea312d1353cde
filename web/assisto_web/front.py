"""The RSGI front: any WSGI application under granian, safe from slow clients.

A request takes a worker thread only when all of it is here. Until then it is
a coroutine that waits for the body, bounded in size and time: connections
that send half a request and stop cost a little memory, never a thread.
"""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, fields
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from assisto_web.front_body import RefusedError, announces_body, read_body, refuse
from assisto_web.front_environ import EnvironBuilder
from assisto_web.front_response import run_application
from assisto_web.front_threads import WorkerThreads

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Sequence
    from wsgiref.types import WSGIApplication

    from assisto_web.front_rsgi import Headers, HTTPProtocol, Scope

logger = logging.getLogger("assisto.front")


@dataclass(frozen=True, slots=True)
class FrontLimits:
    """What one worker process takes upon itself.

    ``waiting`` counts whole requests that wait for a thread, ``connections``
    open connections, idle ones included. ``header_seconds`` also closes idle
    connections. ``stop_seconds`` is what requests under way are given to
    finish when the server stops.
    """

    threads: int = 8
    waiting: int = 256
    connections: int = 4096
    body_bytes: int = 16 * 1024 * 1024
    spool_bytes: int = 1024 * 1024
    body_seconds: float = 60.0
    header_seconds: float = 30.0
    stop_seconds: int = 5

    def __post_init__(self) -> None:
        """Refuse limits that would let nothing through."""
        for field in fields(self):
            if getattr(self, field.name) <= 0:
                raise ValueError(f"{field.name} must be more than zero")


class _Job(NamedTuple):
    scope: Scope
    proto: HTTPProtocol
    headers: Headers
    body: BinaryIO
    length: int


class Front:
    """An RSGI application that runs a WSGI application on threads of its own."""

    def __init__(
        self,
        app: WSGIApplication,
        limits: FrontLimits | None = None,
        *,
        trusted_proxies: Sequence[str] = (),
    ) -> None:
        """``trusted_proxies``: addresses or networks whose X-Forwarded-* headers are believed."""
        self._app = app
        self._limits = limits or FrontLimits()
        self._environ = EnvironBuilder(trusted_proxies)
        self._threads: WorkerThreads[_Job] = WorkerThreads(self._answer)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads; granian calls this in each worker process."""
        self._threads.start(loop, self._limits.threads)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the threads end, once the last connection is closed."""
        self._threads.stop(loop)

    def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> Awaitable[None]:
        """Hand over a request without a body at once, any other when it is whole."""
        headers = scope.headers
        if announces_body(headers):
            return self._receive(scope, proto, headers)
        return self._hand_over(_Job(scope, proto, headers, BytesIO(), 0))

    async def _receive(self, scope: Scope, proto: HTTPProtocol, headers: Headers) -> None:
        try:
            body, length = await read_body(
                proto,
                headers,
                limit=self._limits.body_bytes,
                spool=self._limits.spool_bytes,
                seconds=self._limits.body_seconds,
            )
        except RefusedError as refused:
            refuse(proto, refused.status)
            return
        await self._hand_over(_Job(scope, proto, headers, body, length))

    def _hand_over(self, job: _Job) -> Awaitable[None]:
        # Only this thread, the loop's, puts jobs in: the count can only be too high.
        if self._threads.waiting() >= self._limits.waiting:
            job.body.close()
            refuse(job.proto, 503)
            return self._threads.nothing()
        return self._threads.submit(job)

    def _answer(self, job: _Job) -> None:
        """Run the application in a worker thread; granian sends from there."""
        try:
            with job.body:
                environ = self._environ.build(job.scope, job.headers, job.body, job.length)
                status, headers, body = run_application(self._app, environ)
            job.proto.response_bytes(status, headers, body)
        except RefusedError as refused:
            refuse(job.proto, refused.status)
        except BaseException as exc:  # noqa: BLE001  # the outermost edge; a thread must not end
            _log_failure(exc)
            refuse(job.proto, 500)


def _log_failure(exc: BaseException) -> None:
    """Log where it failed; not the message, which may hold a path or what a person typed."""
    while exc.__cause__ is not None:
        exc = exc.__cause__
    frames = "".join(traceback.format_tb(exc.__traceback__))
    logger.error("The application failed with %s\n%s", type(exc).__qualname__, frames)
