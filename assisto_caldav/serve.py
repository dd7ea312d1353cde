"""Starting the web processes: granian, the front and the application."""

from __future__ import annotations

import errno
import logging
import multiprocessing
import resource
import signal
import socket
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from assisto_caldav.errors import ConfigError
from assisto_caldav.supervision import end_with_parent, end_with_supervisor
from assisto_web.front import Front, FrontLimits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from wsgiref.types import WSGIApplication

logger = logging.getLogger("assisto.serve")

_FILES_OF_ONE_WORKER = 512  # database, temporary files, libraries: what is no connection


def serve_web(
    app: Callable[[], WSGIApplication],
    *,
    host: str,
    port: int,
    workers: int = 2,
    limits: FrontLimits | None = None,
    trusted_proxies: Sequence[str] = (),
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        app: Builds the application; called once in each worker process. On Linux workers
            are forks, so import first what they share; elsewhere it must be importable.
        host: An address or a name of this machine.
        port: Must be free: a second server on it is refused.
        workers: Processes, each with ``limits.threads`` threads.
        limits: What each worker takes upon itself.
        trusted_proxies: Addresses or networks whose X-Forwarded-* headers are believed.

    Raises:
        ConfigError: The address cannot be served.
    """
    end_with_supervisor()
    limits = limits or FrontLimits()
    address = _resolve(host, port)
    _refuse_taken(address, port)
    multiprocessing.set_start_method("fork" if sys.platform == "linux" else "spawn", force=True)
    server = Granian(
        "assisto",
        address=address,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        http=HTTPModes.http1,
        websockets=False,
        backpressure=_connections(limits.connections),
        http1_settings=HTTP1Settings(header_read_timeout=int(limits.header_seconds * 1000)),
        log_level=LogLevels.warning,
        log_dictconfig={"loggers": {"_granian": {"propagate": True}}},
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=limits.stop_seconds,
    )
    loader = partial(_load_front, app, limits, tuple(trusted_proxies))
    server.serve(target_loader=loader, wrap_loader=False)


def _load_front(
    app: Callable[[], WSGIApplication], limits: FrontLimits, trusted_proxies: tuple[str, ...]
) -> Any:  # noqa: ANN401  # to granian a front is something to call
    """Become a worker: tie this process to its parent and build the front."""
    # A fork has its parent's handlers, which only set a flag of the parent.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        end_with_parent(parent.pid)
    return Front(app(), limits, trusted_proxies=trusted_proxies)


def _resolve(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as exc:
        raise ConfigError((f"{host} ist keine Adresse dieses Rechners: {exc.strerror}",)) from exc
    return str(found[0][4][0])


def _refuse_taken(address: str, port: int) -> None:
    """Bind once without SO_REUSEPORT.

    Granian's workers share a port that way; a second server would join them
    silently and take half of the requests.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as exc:
            if exc.errno == errno.EADDRINUSE:
                raise ConfigError(
                    (f"{address}:{port} benutzt schon ein anderes Programm.",)
                ) from exc
            raise ConfigError(
                (f"{address}:{port} lässt sich nicht benutzen: {exc.strerror}",)
            ) from exc


def _connections(wanted: int) -> int:
    """Raise the limit of open files as far as needed and allowed; return what fits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _FILES_OF_ONE_WORKER
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        soft = allowed
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    logger.warning("Only %d files may be open: fewer connections than configured", soft)
    return max(soft - _FILES_OF_ONE_WORKER, soft // 2)
