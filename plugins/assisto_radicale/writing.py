"""The writing methods: each reads its request and runs one use case.

What was PUT is what is stored: no parser of ours or of Radicale writes a
calendar object anew.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assisto_caldav.errors import (
    ConflictError,
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    NotFoundError,
)
from assisto_caldav.usecases import calendars
from assisto_radicale import proppatch
from assisto_radicale.hrefs import Target, href_of, read_href, same_host
from assisto_radicale.limits import MAX_XML_SIZE
from assisto_radicale.rights import privileges
from assisto_radicale.translate import Answer, RefusedError, plain
from assisto_radicale.xmltext import CONTENT_TYPE, MULTISTATUS, caldav, dav

if TYPE_CHECKING:
    from assisto_radicale.request import Request
    from assisto_radicale.translate import Headers

_CHARSET = re.compile(r';\s*charset="?([^";\s]+)"?', re.IGNORECASE)


def _require(request: Request, target: Target, privilege: str) -> None:
    if privilege not in privileges(request.facts, target):
        raise NotAllowedError


def read_conditions(request: Request) -> calendars.Conditions:
    """Return what the request makes a condition (RFC 9110 §13.1, RFC 6638 §8.3)."""
    schedule_tag = request.header("IF_SCHEDULE_TAG_MATCH").strip('"') or None
    return calendars.Conditions(
        if_match=request.tags("IF_MATCH") or None,
        if_none_match="*" in request.tags("IF_NONE_MATCH"),
        if_schedule_tag=schedule_tag,
    )


def put(request: Request) -> Answer:
    """Store a calendar object.

    Raises:
        AssistoError: What the use case refuses, for ``translate``.
    """
    target = request.target
    if not target.member:
        return plain(405, "A collection cannot be replaced.")._replace(headers=[("Allow", ALLOW)])
    _require(request, target, "D:write-content")
    raw, transcoded = _calendar_body(request)
    try:
        outcome = calendars.put_object(
            request.ports,
            request.actor,
            owner=target.owner,
            collection=target.collection,
            href=target.member,
            raw=raw,
            conditions=read_conditions(request),
        )
    except NotFoundError as exc:
        # RFC 4918 §9.7.1: without its collection an object cannot be made.
        raise ConflictError from exc
    headers: Headers = []
    if outcome.etag is not None and not transcoded:
        headers.append(("ETag", f'"{outcome.etag}"'))
    if outcome.schedule_tag is not None:
        headers.append(("Schedule-Tag", f'"{outcome.schedule_tag}"'))
    if outcome.href != target.member:
        kept = target._replace(member=outcome.href)
        headers.append(("Location", href_of(request.prefix, kept)))
    return Answer(201 if outcome.created else 204, headers)


def _calendar_body(request: Request) -> tuple[bytes, bool]:
    """Return the octets of a calendar object, and whether they were sent in another charset."""
    content_type = str(request.environ.get("CONTENT_TYPE") or "text/calendar")
    if content_type.partition(";")[0].strip().lower() != "text/calendar":
        raise RefusedError(caldav("supported-calendar-data"))
    try:
        raw = request.body(request.ports.config.current().limits.max_object_bytes)
    except LimitReachedError as exc:
        raise RefusedError(caldav("max-resource-size")) from exc
    named = _CHARSET.search(content_type)
    charset = named[1].lower() if named else "utf-8"
    if charset in ("utf-8", "utf8", "us-ascii"):
        return raw, False
    try:
        return raw.decode(charset).encode(), True
    except (LookupError, UnicodeError) as exc:
        raise RefusedError(caldav("valid-calendar-data")) from exc


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
    else:
        calendars.delete_calendar(
            request.ports, request.actor, owner=target.owner, collection=target.collection
        )
    return Answer(204, [])


def move(request: Request) -> Answer:
    """Move a calendar object; collections stay where they are."""
    source = request.target
    destination = request.header("DESTINATION")
    if not same_host(destination, request.header("HOST")):
        return plain(502, "The destination is on another server.")
    target = read_href(request.prefix, destination) if destination else None
    if target is None:
        raise InvalidInputError("The destination is no address of ours.")
    if not source.member or not target.member:
        raise NotAllowedError
    _require(request, source, "D:unbind")
    _require(request, target, "D:write-content")
    if source == target:
        raise NotAllowedError
    created = calendars.move_object(
        request.ports,
        request.actor,
        source=source,
        target=target,
        overwrite=request.header("OVERWRITE").upper() != "F",
    )
    location = href_of(request.prefix, target)
    return Answer(201 if created else 204, [("Location", location)] if created else [])


def make_calendar(request: Request, *, extended: bool = False) -> Answer:
    """Make a calendar, by MKCALENDAR or by an extended MKCOL."""
    target = request.target
    if not target.collection or target.member:
        raise RefusedError(caldav("calendar-collection-location-ok"))
    _require(request, target.home, "D:bind")
    wanted = proppatch.read_new_calendar(request.xml(MAX_XML_SIZE), extended=extended)
    if _exists(request, target):
        raise RefusedError(dav("resource-must-be-null"), status=409)
    calendars.make_calendar(
        request.ports,
        request.actor,
        owner=target.owner,
        name=target.collection,
        components=wanted.components,
        props=wanted.props,
    )
    return Answer(201, [("Cache-Control", "no-cache")])


def set_properties(request: Request) -> Answer:
    """Change dead properties of a collection, all or none."""
    target = request.target
    if not target.collection or target.member:
        raise NotAllowedError
    _require(request, target, "D:write-properties")
    changes = proppatch.read_update(request.xml(MAX_XML_SIZE))
    not_allowed = proppatch.refused(changes)
    if not not_allowed:
        calendars.set_properties(
            request.ports,
            request.actor,
            owner=target.owner,
            collection=target.collection,
            props=proppatch.by_short_name(changes),
        )
    elif not _exists(request, target):
        raise NotFoundError("There is no such collection.")
    href = href_of(request.prefix, target)
    body = (
        f"{MULTISTATUS}<D:response><D:href>{href}</D:href>"
        f"{proppatch.describe(changes, not_allowed)}</D:response></D:multistatus>"
    )
    return Answer(207, [("Content-Type", CONTENT_TYPE)], body)


def _exists(request: Request, target: Target) -> bool:
    with request.ports.database.reading() as unit:
        return unit.collections.get(target.owner, target.collection) is not None


ALLOW = "OPTIONS, GET, HEAD, PUT, DELETE, MOVE, MKCALENDAR, MKCOL, PROPFIND, PROPPATCH, REPORT"
