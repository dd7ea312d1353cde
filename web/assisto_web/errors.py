"""Our errors as pages: a short sentence, and the way on. Details go to the log alone."""

from __future__ import annotations

import logging
import math

from flask import Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from assisto_caldav.errors import (
    AssistoError,
    ConflictError,
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
    UnavailableError,
)
from assisto_caldav.failures import frames_of
from assisto_web.api import problems
from assisto_web.i18n import gettext as _
from assisto_web.ports_access import ports_here
from assisto_web.proof_of_work import ProofWantedError, kept_proof, slow_down

log = logging.getLogger(__name__)

API = "/api/"
RETRY_SECONDS = 5
SECONDS_IN_MINUTE = 60

STATUS: tuple[tuple[type[AssistoError], int], ...] = (
    (NotAuthenticatedError, 401),
    (NotAllowedError, 403),
    (NotFoundError, 404),
    (ConflictError, 409),
    (LimitReachedError, 429),
    (InvalidInputError, 400),
    (UnavailableError, 503),
)


def install(app: Flask) -> None:
    """Register the handlers; the JSON interface answers for itself."""
    app.register_error_handler(AssistoError, on_our_error)
    app.jinja_env.globals["kept_proof"] = kept_proof
    app.register_error_handler(HTTPException, on_http_error)


def status_of(error: AssistoError) -> int:
    """Return the HTTP status of one of our errors."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def sentence(status: int) -> str:
    """Return what a person reads; it says what to do, not who is to blame."""
    sentences = {
        400: _(
            "Das Formular war zu lange offen oder unvollständig."
            " Bitte versuchen Sie es noch einmal."
        ),
        401: _("Bitte melden Sie sich an."),
        403: _("Das dürfen Sie hier nicht. Fehlt Ihnen ein Recht, fragen Sie Ihre Administration."),
        404: _("Diese Seite gibt es nicht, oder sie gilt nicht mehr."),
        405: _("So lässt sich diese Seite nicht aufrufen."),
        409: _("Inzwischen hat sich etwas geändert. Bitte sehen Sie sich den neuen Stand an."),
        413: _("Das ist zu viel Text. Bitte kürzen Sie ihn."),
        429: _("Das waren zu viele Versuche. Bitte warten Sie einen Augenblick."),
        503: _("Das geht gerade nicht. Bitte versuchen Sie es in einer Minute noch einmal."),
    }
    return sentences.get(status, _("Da ist etwas schiefgegangen. Es liegt nicht an Ihnen."))


def on_our_error(error: AssistoError) -> ResponseReturnValue:
    """Answer an error that we raised on purpose."""
    if isinstance(error, ProofWantedError):
        return _proof_page(error)
    status = status_of(error)
    if status >= 500:
        log.error("%s: %s", request.endpoint, frames_of(error))
    return _page(status, _slower(error)), status, retry_headers(error)


def _proof_page(error: ProofWantedError) -> ResponseReturnValue:
    """Ask for a proof; a code out of an address goes on in a field, never in another address."""
    if request.method == "POST":
        return slow_down(error.act, error)
    given = request.view_args or {}
    address = url_for("public.enter_code", institution_id=given.get("institution_id", ""))
    return slow_down(
        error.act, error, address=address, carried=[("code", str(given.get("code", "")))]
    )


def retry_headers(error: AssistoError) -> dict[str, str]:
    """Return when trying again is worth it, if we know."""
    if isinstance(error, LimitReachedError) and error.retry_after:
        return {"Retry-After": str(error.retry_after)}
    return {"Retry-After": str(RETRY_SECONDS)} if isinstance(error, UnavailableError) else {}


def minutes_of(error: LimitReachedError) -> int:
    """Return how many minutes to wait, never so few that one would come too early."""
    return max(2, math.ceil((error.retry_after or 0) / SECONDS_IN_MINUTE))


def _slower(error: AssistoError) -> str:
    """Return for how long to wait, where that is known."""
    if not isinstance(error, LimitReachedError) or not error.retry_after:
        return ""
    return _(
        "Das waren zu viele Versuche, von Ihnen oder von jemandem an demselben Anschluss."
        " Bitte versuchen Sie es in %(count)s Minuten noch einmal.",
        count=minutes_of(error),
    )


def _page(status: int, text: str = "") -> str:
    """Return the error page, with the centre's own frame where the address names one."""
    first = request.path.split("/")[1] if request.path.startswith("/") else ""
    institution = ports_here().config.current().institutions.get(first)
    return render_template(
        "error.html", status=status, text=text or sentence(status), institution=institution
    )


def _headers_of(error: HTTPException) -> list[tuple[str, str]]:
    kept = ("allow", "retry-after")
    return [(name, value) for name, value in error.get_headers() if name.lower() in kept]


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer an error of the framework; redirects pass."""
    if error.code is None or error.code < 400:
        return error.get_response()
    if request.path.startswith(API):
        response = problems.respond(problems.kind_of_status(error.code))
        response.headers.extend(_headers_of(error))
        return response
    headers = _headers_of(error)
    return _page(error.code), error.code, headers
