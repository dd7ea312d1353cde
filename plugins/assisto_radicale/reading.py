"""GET and HEAD: a calendar object as it was put, a calendar as one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.collection import CALENDARS
from assisto_caldav.errors import NotAllowedError, NotFoundError
from assisto_radicale.conditional import is_known, require_current
from assisto_radicale.lookup import look_up
from assisto_radicale.members import content_type_of
from assisto_radicale.properties import http_date
from assisto_radicale.rights import privileges
from assisto_radicale.synctoken import token_of
from assisto_radicale.translate import Answer, plain
from assisto_radicale.whole_calendar import UnclearWindowError, download, read_query

if TYPE_CHECKING:
    from assisto_caldav.domain.collection import Collection, StoredObject
    from assisto_caldav.ports import Unit
    from assisto_radicale.request import Request
    from assisto_radicale.translate import Headers

_NO_SNIFFING = ("X-Content-Type-Options", "nosniff")


def get(request: Request) -> Answer:
    """Answer a GET; HEAD is the same without its body.

    Raises:
        NotAllowedError: The user may not read this.
        NotFoundError: There is no such resource.
    """
    target = request.target
    if not privileges(request.facts, target):
        raise NotAllowedError
    if not target.collection:
        return plain(200, "Hier liegen Kalender für Kalender-Apps (CalDAV).")
    with request.ports.database.reading() as unit:
        collection, view = look_up(request.ports, request.facts, unit, target)
        if not target.member:
            return _whole(request, view, collection)
        item = view.objects.get(collection.id, target.member)
    if item is None:
        raise NotFoundError("There is no such calendar object.")
    return _one(request, item)


def object_headers(item: StoredObject) -> Headers:
    """Return the headers of a calendar object's representation."""
    headers = [
        ("ETag", f'"{item.etag}"'),
        ("Last-Modified", http_date(item.modified_at)),
        ("Cache-Control", "private, no-cache"),
        ("Content-Type", content_type_of(item.component)),
        _NO_SNIFFING,
    ]
    if item.schedule_tag:
        headers.append(("Schedule-Tag", f'"{item.schedule_tag}"'))
    return headers


def _one(request: Request, item: StoredObject) -> Answer:
    require_current(request, item.etag, item.modified_at)
    headers = object_headers(item)
    if is_known(request, item.etag, item.modified_at):
        return Answer(304, headers)
    return Answer(200, headers, item.text.encode())


def _whole(request: Request, unit: Unit, collection: Collection) -> Answer:
    if collection.kind not in CALENDARS:
        return plain(200, "Hier liegen Nachrichten für Kalender-Apps (CalDAV).")
    try:
        wanted = read_query(request, collection, unit)
    except UnclearWindowError as exc:
        return plain(400, exc.sentence)
    etag = f"{token_of(collection)}{f'?{wanted.sign}' if wanted.sign else ''}"
    headers: Headers = [
        ("ETag", f'"{etag}"'),
        ("Cache-Control", "private, no-cache"),
        _NO_SNIFFING,
    ]
    require_current(request, etag, collection.modified_at)
    if is_known(request, etag, collection.modified_at):
        return Answer(304, headers)
    text = download(request, unit, collection, wanted)
    headers.append(("Content-Type", content_type_of(None)))
    headers.append(("Content-Disposition", f'attachment; filename="{_file_name(collection)}"'))
    return Answer(200, headers, text.encode())


def _file_name(collection: Collection) -> str:
    plain_name = "".join(c for c in collection.name if c.isascii() and (c.isalnum() or c in "-_"))
    return f"{plain_name or 'calendar'}.ics"
