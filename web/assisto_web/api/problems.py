"""Errors of the JSON interface as problem details (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from assisto_caldav.errors import (
    AssistoError,
    ConflictError,
    LimitReachedError,
    NotAllowedError,
    NotFoundError,
    SlotTakenError,
    UnavailableError,
)

MEDIA_TYPE = "application/problem+json"
PLACE = "/api/v1/problems/"
RETRY_SECONDS = 60
UNAVAILABLE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: the last segment of its type URI, its status, title and meaning."""

    name: str
    status: int
    title: str
    detail: str

    @property
    def type(self) -> str:
        """Return the type URI, relative to this server (RFC 9457 §3.1.1)."""
        return PLACE + self.name


MALFORMED = Kind("malformed", 400, "Malformed request", "The body must be one JSON object.")
CODE_MISSING = Kind(
    "code-missing",
    401,
    "Access code missing",
    "Send the access code of the appointment, or the token of the hold, as"
    " 'Authorization: Bearer <code>'.",
)
FOREIGN_SITE = Kind(
    "foreign-site",
    403,
    "Not from a browser on another site",
    "Pages of other sites may read free dates, where the centre's configuration names them."
    " Requests are made on our own pages, or by another site's server.",
)
NOT_FOUND = Kind("not-found", 404, "Not found", "There is no such thing, or not any more.")
METHOD = Kind(
    "method-not-allowed", 405, "Method not allowed", "The header Allow names what is possible."
)
TAKEN = Kind(
    "slot-taken",
    409,
    "Time taken",
    "Nobody can give this time any more. 'alternatives' are the next free ones.",
)
CONFLICT = Kind(
    "conflict",
    409,
    "Changed meanwhile",
    "The present state does not allow this. Read it again, then decide.",
)
HELD_LONG_ENOUGH = Kind(
    "held-long-enough",
    409,
    "Held long enough",
    "A time is not held any longer than this. It can be requested as long as it is free.",
)
TOO_LARGE = Kind("too-large", 413, "Too large", "The body is larger than this server takes.")
MEDIA = Kind(
    "unsupported-media-type", 415, "Unsupported media type", "Send Content-Type: application/json."
)
INVALID = Kind(
    "invalid-fields", 422, "Invalid fields", "'fields' says for each field what is wrong."
)
TOO_MANY = Kind(
    "too-many-requests",
    429,
    "Too many requests",
    "Try again after the seconds that Retry-After tells.",
)
INTERNAL = Kind("internal", 500, "Internal error", "This is our fault. It has been logged.")
UNAVAILABLE = Kind(
    "unavailable",
    503,
    "Unavailable",
    "Storage is away for the moment. Try again after the seconds that Retry-After tells.",
)
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        MALFORMED,
        CODE_MISSING,
        FOREIGN_SITE,
        NOT_FOUND,
        METHOD,
        TAKEN,
        CONFLICT,
        HELD_LONG_ENOUGH,
        TOO_LARGE,
        MEDIA,
        INVALID,
        TOO_MANY,
        INTERNAL,
        UNAVAILABLE,
    )
}
# Those of one status that has several kinds are raised by name.
_OF_STATUS = {kind.status: kind for kind in KINDS.values() if kind not in (TAKEN, HELD_LONG_ENOUGH)}
_OF_ERROR: tuple[tuple[type[AssistoError], Kind], ...] = (
    (NotAllowedError, FOREIGN_SITE),
    (NotFoundError, NOT_FOUND),
    (SlotTakenError, TAKEN),
    (ConflictError, CONFLICT),
    (LimitReachedError, TOO_MANY),
    (UnavailableError, UNAVAILABLE),
)


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A problem that a view has found; ``more`` are members beside those of every problem."""

    def __init__(self, kind: Kind, **more: object) -> None:
        """``kind`` is one of the above."""
        super().__init__(kind.name)
        self.kind = kind
        self.more = more


class FieldError(Problem):
    """Fields are wrong; all of them are told."""

    def __init__(self, fields: dict[str, str]) -> None:
        """``fields`` says for each what is wrong and what would be right."""
        super().__init__(INVALID, fields=fields)


def kind_of(error: AssistoError) -> Kind:
    """Return the kind of one of our errors."""
    return next((kind for type_, kind in _OF_ERROR if isinstance(error, type_)), INTERNAL)


def kind_of_status(status: int) -> Kind:
    """Return the usual kind of a status that the framework answers."""
    return _OF_STATUS.get(status) or Kind("malformed", status, MALFORMED.title, MALFORMED.detail)


def respond(
    kind: Kind, *, retry_after: int | None = None, more: Mapping[str, object] | None = None
) -> Response:
    """Return the response of a problem; who must wait is always told for how long."""
    members = {"type": kind.type, "title": kind.title, "status": kind.status, "detail": kind.detail}
    response = Response(
        json.dumps({**members, **(more or {})}), kind.status, content_type=MEDIA_TYPE
    )
    if kind is TOO_MANY:
        response.headers["Retry-After"] = str(retry_after or RETRY_SECONDS)
    elif kind is UNAVAILABLE:
        response.headers["Retry-After"] = str(retry_after or UNAVAILABLE_SECONDS)
    elif kind is CODE_MISSING:
        response.headers["WWW-Authenticate"] = 'Bearer realm="appointment"'
    return response


def show_kind(name: str) -> ResponseReturnValue:
    """Show what a type URI means."""
    kind = KINDS.get(name)
    if kind is None:
        raise Problem(NOT_FOUND)
    return jsonify(
        {"type": kind.type, "title": kind.title, "status": kind.status, "detail": kind.detail}
    )
