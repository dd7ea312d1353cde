"""Building the CalDAV application, and what leads to it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from radicale import config

from assisto_radicale.app import Application
from assisto_radicale.auth import Auth
from assisto_radicale.rights import Rights
from assisto_radicale.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from radicale.types import WSGIEnviron, WSGIStartResponse

    from assisto_caldav.ports import Ports


def make_configuration(ports: Ports) -> config.Configuration:
    """Return Radicale's configuration with our plugins in it."""
    # Radicale's log lines hold paths and log-ins.
    radicale_logger = logging.getLogger("radicale")
    radicale_logger.propagate = False
    radicale_logger.setLevel(logging.CRITICAL + 1)
    configuration = config.load()
    configuration.update(
        {
            "auth": {
                "type": lambda settings: Auth(settings, ports),
                "delay": 0,
                "lc_username": True,
            },
            "rights": {"type": lambda settings: Rights(settings, ports)},
            "storage": {"type": lambda settings: Storage(settings, ports)},
            "web": {"type": "none"},
            "server": {"delay_on_error": 0},
        },
        "assisto",
        privileged=True,
    )
    return configuration


def make_dav_app(ports: Ports) -> Application:
    """Return the WSGI application to mount at ``/dav/``, with SCRIPT_NAME ``/dav``."""
    return Application(make_configuration(ports), ports)


def make_well_known_app(location: str = "/dav/") -> WellKnown:
    """Return the WSGI application for ``/.well-known/caldav`` (RFC 6764 §5)."""
    return WellKnown(location)


class WellKnown:
    """Redirects every method, without log-in."""

    def __init__(self, location: str) -> None:
        """Know where CalDAV is mounted."""
        self._location = location

    def __call__(
        self,
        environ: WSGIEnviron,
        start_response: WSGIStartResponse,
    ) -> Iterable[bytes]:
        """Redirect for good."""
        start_response(
            "301 Moved Permanently",
            [
                ("Location", self._location),
                ("Content-Length", "0"),
                ("Cache-Control", "max-age=86400"),
            ],
        )
        return []
