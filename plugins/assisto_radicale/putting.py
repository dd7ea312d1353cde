"""PUT: what was sent is what is stored; no parser of ours writes a calendar object anew."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.errors import (
    ConflictError,
    EtagMismatchError,
    InvalidCalendarObjectError,
    LimitReachedError,
    NotAllowedError,
    NotFoundError,
)
from assisto_caldav.usecases import calendars
from assisto_caldav.usecases.import_calendar import put_calendar
from assisto_caldav.usecases.refused_rules import note_refused_put
from assisto_radicale import methods
from assisto_radicale.conditional import read_conditions
from assisto_radicale.hrefs import href_of
from assisto_radicale.lookup import look_up
from assisto_radicale.reading import object_headers
from assisto_radicale.rights import kind_named, privileges
from assisto_radicale.translate import Answer, RefusedError
from assisto_radicale.xmltext import caldav

if TYPE_CHECKING:
    from assisto_radicale.request import Request
    from assisto_radicale.translate import Headers

_CHARSET = re.compile(r';\s*charset="?([^";\s]+)"?', re.IGNORECASE)
_UTF_8 = ("utf-8", "utf8", "us-ascii")
# Some of Python's codecs take quadratic time, so only what calendars are written in.
_OTHERS = re.compile(r"(iso-?8859-\d{1,2}|latin-?1|windows-\d{3,4}|cp125\d|utf-16(le|be)?)")


def put(request: Request) -> Answer:
    """Store a calendar object.

    Raises:
        AssistoError: What the use case refuses, for ``translate``.
    """
    target = request.target
    if not target.member:
        return _fill(request)
    if "D:write-content" not in privileges(request.facts, target):
        raise NotAllowedError
    raw, transcoded = _calendar_body(request, request.limits.max_object_bytes)
    try:
        outcome = _store(request, raw)
    except EtagMismatchError:
        present = _representation(request, 412) if request.wants_representation else None
        if present is None:
            raise
        return present
    status = 201 if outcome.created else 204
    if request.wants_representation:
        shown = _representation(request, 201 if outcome.created else 200, outcome.href)
        if shown is not None:
            return shown._replace(headers=[*shown.headers, *_location(request, outcome)])
    return Answer(status, _told(request, outcome, transcoded=transcoded))


def _fill(request: Request) -> Answer:
    """Fill an empty calendar of one's own from one iCalendar text, or make it, as Radicale does."""
    target = request.target
    if kind_named(target.collection) is not CollectionKind.CALENDAR or not target.collection:
        return methods.not_allowed(request)
    if "D:bind" not in privileges(request.facts, target.home):
        raise NotAllowedError
    raw, _ = _calendar_body(request, request.limits.max_import_bytes)
    made = put_calendar(
        request.ports,
        request.actor,
        place=(target.owner, target.collection),
        raw=raw,
        conditions=read_conditions(request),
    )
    return Answer(201 if made else 204, [])


def _told(request: Request, outcome: calendars.PutOutcome, *, transcoded: bool) -> Headers:
    """Return what the client learns without the body: a tag only for what it has sent."""
    headers = _location(request, outcome)
    if outcome.etag is not None and not transcoded:
        headers.append(("ETag", f'"{outcome.etag}"'))
    if outcome.schedule_tag is not None:
        headers.append(("Schedule-Tag", f'"{outcome.schedule_tag}"'))
    return headers


def _location(request: Request, outcome: calendars.PutOutcome) -> Headers:
    kept = request.target._replace(member=outcome.href)
    return [] if kept == request.target else [("Location", href_of(request.prefix, kept))]


def _store(request: Request, raw: bytes) -> calendars.PutOutcome:
    target = request.target
    try:
        return calendars.put_object(
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
    except InvalidCalendarObjectError as exc:
        if target.collection == CollectionKind.BOOKING_TIMES.value:
            note_refused_put(request.ports, target.owner, target.member, raw, exc)
        raise


def _representation(request: Request, status: int, member: str = "") -> Answer | None:
    """Return what is stored now (RFC 8144 §3); None when nothing is."""
    target = request.target._replace(member=member or request.target.member)
    with request.ports.database.reading() as unit:
        collection, view = look_up(request.ports, request.facts, unit, target)
        item = view.objects.get(collection.id, target.member)
    if item is None:
        return None
    headers = [
        *object_headers(item),
        ("Content-Location", href_of(request.prefix, target)),
        ("Preference-Applied", "return=representation"),
        ("Vary", "Prefer"),
    ]
    return Answer(status, headers, item.text.encode())


def _calendar_body(request: Request, most: int) -> tuple[bytes, bool]:
    """Return the octets of a calendar object, and whether they were sent in another charset."""
    content_type = str(request.environ.get("CONTENT_TYPE") or "text/calendar")
    if content_type.partition(";")[0].strip().lower() != "text/calendar":
        raise RefusedError(caldav("supported-calendar-data"))
    try:
        raw = request.body(most)
    except LimitReachedError as exc:
        raise RefusedError(caldav("max-resource-size")) from exc
    named = _CHARSET.search(content_type)
    charset = named[1].lower() if named else "utf-8"
    if charset in _UTF_8:
        return raw, False
    if not _OTHERS.fullmatch(charset):
        raise RefusedError(caldav("valid-calendar-data"))
    try:
        return raw.decode(charset).encode(), True
    except (LookupError, UnicodeError) as exc:
        raise RefusedError(caldav("valid-calendar-data")) from exc
