"""Which browsers' pages may use the JSON interface: our own, and for reading those of config.

Cross-origin reading (Fetch Standard, CORS protocol) is for public facts alone,
without credentials. Writing from a page on another site is refused: requests
are made on our own pages, where clients see whom they write to. Programs that
are no browsers name no origin and may do everything.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from assisto_web.api.problems import FOREIGN_SITE, Problem
from assisto_web.ports_access import ports_here
from assisto_web.security import SAFE_METHODS, own_hosts

READABLE = frozenset(
    f"api.{name}"
    for name in (
        "institution",
        "services",
        "channels",
        "counsellors",
        "slots",
        "openapi",
        "problem",
    )
)
PREFLIGHT_SECONDS = 600


def install(room: Blueprint) -> None:
    """Check every request of the interface, and mark what may be read elsewhere."""
    room.before_request(refuse_foreign_writes)
    room.after_request(allow_reading)


def refuse_foreign_writes() -> None:
    """Refuse a write that a browser sends from a page which is not ours.

    Raises:
        Problem: It comes from such a page.
    """
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc not in own_hosts():
        raise Problem(FOREIGN_SITE)
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise Problem(FOREIGN_SITE)


def allow_reading(response: Response) -> Response:
    """Name the origin when it may read this; every answer here depends on it."""
    if request.endpoint not in READABLE:
        return response
    response.headers.add("Vary", "Origin")
    origin = request.headers.get("Origin", "")
    if origin in _sites():
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response.headers["Access-Control-Allow-Methods"] = "GET"
            response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


def _sites() -> tuple[str, ...]:
    """Return who may read: the sites of this centre; of all where it is about none."""
    institutions = ports_here().config.current().institutions
    wanted = (request.view_args or {}).get("institution_id")
    if wanted is None:
        return tuple(site for entry in institutions.values() for site in entry.allowed_sites)
    found = institutions.get(wanted)
    return found.allowed_sites if found else ()
