"""CalDAV as one WSGI application: Radicale's, with what no plugin can do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import radicale.app

from assisto_caldav.errors import AssistoError, NotAllowedError, NotAuthenticatedError
from assisto_caldav.failures import frames_of
from assisto_radicale import (
    methods,
    moving,
    outbox,
    propfind,
    putting,
    reading,
    reports,
    writing,
)
from assisto_radicale.auth import authenticate, read_basic
from assisto_radicale.hrefs import Target, decode_path, href_of, target_of
from assisto_radicale.request import Request
from assisto_radicale.response import finish, log, phrase
from assisto_radicale.rights import Roles
from assisto_radicale.translate import Answer, plain, translate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from radicale.config import Configuration
    from radicale.types import WSGIEnviron, WSGIResponse, WSGIStartResponse

    from assisto_caldav.ports import Ports

logger = logging.getLogger("assisto.dav")

DAV = (
    "1, 3, calendar-access, calendar-auto-schedule, calendar-availability, extended-mkcol,"
    " calendarserver-principal-property-search, calendarserver-principal-search"
)


class Application(radicale.app.Application):
    """Answers every method itself, over the use cases and the database's indexes."""

    def __init__(self, configuration: Configuration, ports: Ports) -> None:
        """Load the plugins that the configuration names."""
        super().__init__(configuration)
        self._ports = ports
        self._roles = Roles(ports)

    def __call__(self, environ: WSGIEnviron, start_response: WSGIStartResponse) -> Iterable[bytes]:
        """Answer a request; nothing of it is logged but method, kind of address and status."""
        method = str(environ["REQUEST_METHOD"]).upper()
        answer = self._answer(method, environ)
        headers, body = finish(method, environ, answer)
        start_response(f"{answer.status} {phrase(answer.status)}", headers)
        return [body] if body else []

    def _answer(self, method: str, environ: WSGIEnviron) -> Answer:
        prefix = str(environ.get("SCRIPT_NAME", "")).rstrip("/")
        target: Target | None = None
        try:
            user = self._log_in(environ)
            path = decode_path(str(environ.get("PATH_INFO", "")))
            target = target_of(path)
            answer = self._call(method, environ, prefix, path, user)
        except AssistoError as exc:
            answer = translate(exc, href_of(prefix, target or Target()))
        except Exception as exc:  # noqa: BLE001 - the outermost edge
            logger.error("%s failed: %s", method, frames_of(exc))  # noqa: TRY400 - a message may hold a path
            answer = plain(500, "Es ist ein Fehler aufgetreten.")
        log(method, target, answer.status)
        return answer

    def _log_in(self, environ: WSGIEnviron) -> str:
        given = read_basic(str(environ.get("HTTP_AUTHORIZATION", "")))
        if given is None:
            raise NotAuthenticatedError
        user = authenticate(
            self._ports,
            login=given[0],
            password=given[1],
            address=str(environ.get("REMOTE_ADDR", "")),
        )
        if not user:
            raise NotAuthenticatedError
        return user

    def _call(self, method: str, environ: WSGIEnviron, prefix: str, path: str, user: str) -> Answer:
        if method not in methods.METHODS:
            return methods.not_allowed(self._request(environ, prefix, path, user))
        function = getattr(self, f"do_{method}")
        answer = Answer(*function(environ, prefix, path, user, set(), {}))
        answer.headers.extend(self._ports.config.current().server.transport_headers)
        return answer

    def _request(self, environ: WSGIEnviron, prefix: str, path: str, user: str) -> Request:
        facts = self._roles.facts(user)
        if facts is None:
            # Config does not name them any more.
            raise NotAllowedError
        return Request(self._ports, environ, prefix, target_of(path), facts)

    def do_OPTIONS(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Say what there is (RFC 4918 §10.1)."""
        request = self._request(environ, base_prefix, path, user)
        return Answer(200, [("Allow", methods.allowed(request)), ("DAV", DAV)])

    def do_GET(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Return a calendar object, or a calendar."""
        return reading.get(self._request(environ, base_prefix, path, user))

    def do_HEAD(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Answer as GET; the body is dropped at the end."""
        return reading.get(self._request(environ, base_prefix, path, user))

    def do_PUT(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Store a calendar object."""
        return putting.put(self._request(environ, base_prefix, path, user))

    def do_DELETE(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Remove a calendar object or a calendar."""
        return writing.delete(self._request(environ, base_prefix, path, user))

    def do_MOVE(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Move a calendar object."""
        return moving.move(self._request(environ, base_prefix, path, user))

    def do_COPY(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Copy a calendar object."""
        return moving.copy(self._request(environ, base_prefix, path, user))

    def do_MKCALENDAR(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Make a calendar."""
        return writing.make_calendar(self._request(environ, base_prefix, path, user))

    def do_MKCOL(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Make a calendar by an extended MKCOL; there are no other collections."""
        return writing.make_calendar(self._request(environ, base_prefix, path, user), extended=True)

    def do_PROPPATCH(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Change properties of a collection."""
        return writing.set_properties(self._request(environ, base_prefix, path, user))

    def do_PROPFIND(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Read properties."""
        answer = propfind.propfind(self._request(environ, base_prefix, path, user))
        answer.headers.append(("DAV", DAV))
        return answer

    def do_REPORT(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Answer a report."""
        return reports.report(self._request(environ, base_prefix, path, user))

    def do_POST(
        self,
        environ: WSGIEnviron,
        base_prefix: str,
        path: str,
        user: str,
        user_groups: set[str],
        request_info: dict[str, Any],
    ) -> WSGIResponse:
        """Tell when colleagues are busy."""
        return outbox.post(self._request(environ, base_prefix, path, user))
