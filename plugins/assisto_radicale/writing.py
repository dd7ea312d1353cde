"""DELETE, MKCALENDAR, MKCOL and PROPPATCH: each reads its request and runs one use case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.collection import RESERVED_NAMES, CollectionKind
from assisto_caldav.errors import NotAllowedError, NotFoundError
from assisto_caldav.usecases import calendars
from assisto_caldav.usecases.shared_collections import find_collection
from assisto_radicale import availability, proppatch
from assisto_radicale.conditional import read_conditions
from assisto_radicale.hrefs import Target, href_of
from assisto_radicale.rights import kind_named, privileges
from assisto_radicale.translate import Answer, RefusedError
from assisto_radicale.xmltext import (
    CONTENT_TYPE,
    DECLARATIONS,
    HEAD,
    MULTISTATUS,
    caldav,
    dav,
)

if TYPE_CHECKING:
    from assisto_radicale.request import Request


def _require(request: Request, target: Target, privilege: str) -> None:
    if privilege not in privileges(request.facts, target):
        raise NotAllowedError


def delete(request: Request) -> Answer:
    """Remove a calendar object, or a calendar of one's own."""
    target = request.target
    if not target.collection:
        raise NotAllowedError
    _require(request, target, "D:unbind")
    if target.member:
        calendars.delete_object(
            request.ports,
            request.actor,
            owner=target.owner,
            collection=target.collection,
            href=target.member,
            conditions=read_conditions(request),
        )
    elif target.collection == CollectionKind.APPOINTMENTS.value:
        raise RefusedError(caldav("default-calendar-needed"))
    else:
        calendars.delete_calendar(
            request.ports,
            request.actor,
            owner=target.owner,
            collection=target.collection,
            conditions=read_conditions(request),
        )
    return Answer(204, [])


def make_calendar(request: Request, *, extended: bool = False) -> Answer:
    """Make a calendar with all its properties, or none."""
    target = request.target
    if not target.collection or target.member:
        raise RefusedError(caldav("calendar-collection-location-ok"))
    _require(request, target.home, "D:bind")
    if target.collection in RESERVED_NAMES:
        raise NotAllowedError
    wanted = proppatch.read_new_calendar(request.xml(), extended=extended)
    if _exists(request, target):
        raise RefusedError(dav("resource-must-be-null"), status=409)
    if wanted.refusals:
        return _not_made(request, wanted, extended=extended)
    calendars.make_calendar(
        request.ports,
        request.actor,
        owner=target.owner,
        name=target.collection,
        components=wanted.components,
        props=wanted.props,
    )
    return Answer(201, [("Cache-Control", "no-cache"), *request.preference_applied])


def _not_made(request: Request, wanted: proppatch.NewCalendar, *, extended: bool) -> Answer:
    """Say which property was refused (RFC 4791 §5.3.1, RFC 5689 §3)."""
    told = proppatch.describe(wanted.changes, wanted.refusals)
    if extended:
        body = f"{HEAD}<D:mkcol-response {DECLARATIONS}>{told}</D:mkcol-response>"
        return Answer(403, [("Content-Type", CONTENT_TYPE)], body)
    return _multistatus(request, told)


def _multistatus(request: Request, told: str) -> Answer:
    href = href_of(request.prefix, request.target)
    body = f"{MULTISTATUS}<D:response><D:href>{href}</D:href>{told}</D:response></D:multistatus>"
    return Answer(207, [("Content-Type", CONTENT_TYPE)], body)


def set_properties(request: Request) -> Answer:
    """Change properties of a collection, all or none."""
    target = request.target
    if not target.collection or target.member:
        raise NotAllowedError
    _require(request, target, "D:write-properties")
    changes = proppatch.read_update(request.xml())
    if availability.concerns(target, changes):
        # Asked before the write and not in it: the use case knows no If header.
        with request.ports.database.reading() as unit:
            read_conditions(request).require_states(unit)
        return availability.set_property(request, changes)
    refusals = proppatch.refused(changes, kind_named(target.collection))
    if not refusals:
        calendars.set_properties(
            request.ports,
            request.actor,
            owner=target.owner,
            collection=target.collection,
            props=proppatch.by_short_name(changes),
            conditions=read_conditions(request),
        )
        if request.wants_minimal:
            return Answer(200, request.preference_applied)
    elif not _exists(request, target):
        raise NotFoundError("There is no such collection.")
    return _multistatus(request, proppatch.describe(changes, refusals))


def _exists(request: Request, target: Target) -> bool:
    with request.ports.database.reading() as unit:
        return (
            find_collection(
                unit, request.facts.institution, owner=target.owner, name=target.collection
            )
            is not None
        )
