"""One WSGI application: pages at ``/``, CalDAV at ``/dav/``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from assisto_caldav.ports import Ports
from assisto_radicale.mount import make_dav_app, make_well_known_app
from assisto_web.app import DemoPages, make_app

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

DAV = "/dav"
WELL_KNOWN = frozenset({"/.well-known/caldav", "/.well-known/caldav/"})
# Clients that were given the bare host name ask there first.
DAV_METHODS = frozenset({"PROPFIND", "REPORT", "PROPPATCH"})


class Mount:
    """Sends each request to its half; knows nothing else."""

    def __init__(self, ports: Ports) -> None:
        """Build both halves over the same ports."""
        folder = ports.config.current().mail.folder
        self._dav: WSGIApplication = make_dav_app(ports)
        self._well_known: WSGIApplication = make_well_known_app(f"{DAV}/")
        self._web: WSGIApplication = make_app(ports, demo=DemoPages(folder) if folder else None)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(f"{DAV}/") or path == DAV:
            environ["SCRIPT_NAME"] = DAV
            environ["PATH_INFO"] = path.removeprefix(DAV) or "/"
            return self._dav(environ, start_response)
        if path in WELL_KNOWN or (path == "/" and environ["REQUEST_METHOD"] in DAV_METHODS):
            return self._well_known(environ, start_response)
        return self._web(environ, start_response)
