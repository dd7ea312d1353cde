"""Which methods a resource answers, for whoever asks (RFC 9110 §9.3.7, §10.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.collection import RESERVED_NAMES, CollectionKind
from assisto_caldav.errors import NotFoundError
from assisto_radicale.lookup import look_up
from assisto_radicale.rights import privileges
from assisto_radicale.translate import Answer

if TYPE_CHECKING:
    from assisto_caldav.ports import Unit
    from assisto_radicale.request import Request

METHODS = frozenset(
    [
        "OPTIONS",
        "GET",
        "HEAD",
        "PUT",
        "DELETE",
        "MOVE",
        "COPY",
        "MKCALENDAR",
        "MKCOL",
        "PROPFIND",
        "PROPPATCH",
        "REPORT",
        "POST",
    ]
)
"""All that any resource answers."""

_READ: tuple[str, ...] = ("OPTIONS", "GET", "HEAD", "PROPFIND", "REPORT")


def allowed(request: Request) -> str:
    """Return the value of ``Allow`` for the request's resource."""
    target = request.target
    granted = privileges(request.facts, target)
    if not granted:
        return "OPTIONS"
    if not target.collection:
        return ", ".join(_READ)
    with request.ports.database.reading() as unit:
        found = _on_member(request, unit) if target.member else _on_collection(request, unit)
    return ", ".join(found)


def not_allowed(request: Request) -> Answer:
    """Return the answer for a method that the resource does not have."""
    return Answer(405, [("Allow", allowed(request))])


def _on_collection(request: Request, unit: Unit) -> tuple[str, ...]:
    target = request.target
    try:
        collection, _ = look_up(request.ports, request.facts, unit, target)
    except NotFoundError:
        may_make = "D:bind" in privileges(request.facts, target.home)
        is_free = target.collection not in RESERVED_NAMES
        return ("OPTIONS", "MKCALENDAR", "MKCOL") if may_make and is_free else ("OPTIONS",)
    found = _READ
    if "D:write-properties" in privileges(request.facts, target):
        found += ("PROPPATCH",)
    if collection.kind is CollectionKind.CALENDAR:
        found += ("DELETE",)
    if collection.kind is CollectionKind.OUTBOX:
        found += ("POST",)
    return found


def _on_member(request: Request, unit: Unit) -> tuple[str, ...]:
    target = request.target
    writes = "D:write-content" in privileges(request.facts, target)
    try:
        collection, view = look_up(request.ports, request.facts, unit, target)
        is_there = view.objects.get(collection.id, target.member) is not None
    except NotFoundError:
        return ("OPTIONS",)
    if not is_there:
        return ("OPTIONS", "PUT") if writes else ("OPTIONS",)
    if collection.kind is CollectionKind.INBOX:
        return (*_READ, "COPY", "DELETE")
    return (*_READ, "COPY", "PUT", "DELETE", "MOVE") if writes else (*_READ, "COPY")
