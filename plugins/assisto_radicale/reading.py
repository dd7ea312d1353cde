"""GET and HEAD: a calendar object as it was put, a calendar as one file."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from assisto_caldav.domain.collection import CALENDARS
from assisto_caldav.errors import NotAllowedError, NotFoundError
from assisto_radicale.members import content_type_of
from assisto_radicale.properties import http_date, stored_properties
from assisto_radicale.rights import privileges
from assisto_radicale.synctoken import token_of
from assisto_radicale.translate import Answer, plain
from assisto_radicale.whole_calendar import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assisto_caldav.domain.collection import Collection, StoredObject
    from assisto_caldav.ports import Unit
    from assisto_radicale.request import Request
    from assisto_radicale.translate import Headers


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
        collection = unit.collections.get(target.owner, target.collection)
        if collection is None:
            raise NotFoundError("There is no such collection.")
        if not target.member:
            return _whole(request, unit, collection)
        item = unit.objects.get(collection.id, target.member)
    if item is None:
        raise NotFoundError("There is no such calendar object.")
    return _one(request, item)


def _one(request: Request, item: StoredObject) -> Answer:
    headers = [
        ("ETag", f'"{item.etag}"'),
        ("Last-Modified", http_date(item.modified_at)),
        ("Cache-Control", "private, no-cache"),
    ]
    if item.schedule_tag:
        headers.append(("Schedule-Tag", f'"{item.schedule_tag}"'))
    if _is_known(request, item.etag, item.modified_at):
        return Answer(304, headers)
    headers.append(("Content-Type", content_type_of(item.component)))
    return Answer(200, headers, item.text.encode())


def _is_known(request: Request, etag: str, modified_at: int) -> bool:
    """Tell whether the app has this representation (RFC 9110 §13.2.2)."""
    known = request.tags("IF_NONE_MATCH")
    if known:
        return etag in known or "*" in known
    since = request.header("IF_MODIFIED_SINCE")
    if not since:
        return False
    try:
        return modified_at <= parsedate_to_datetime(since).timestamp()
    except (ValueError, TypeError):
        return False


def _whole(request: Request, unit: Unit, collection: Collection) -> Answer:
    if collection.kind not in CALENDARS:
        return plain(200, "Hier liegen Nachrichten für Kalender-Apps (CalDAV).")
    etag = token_of(collection)
    headers: Headers = [("ETag", f'"{etag}"'), ("Cache-Control", "private, no-cache")]
    if _is_known(request, etag, collection.modified_at):
        return Answer(304, headers)
    name = stored_properties(collection)["D:displayname"]
    text = join(name, _texts(unit, collection))
    headers.append(("Content-Type", content_type_of(None)))
    headers.append(("Content-Disposition", f'attachment; filename="{_file_name(collection)}"'))
    return Answer(200, headers, text.encode())


def _texts(unit: Unit, collection: Collection) -> Iterator[str]:
    for item in unit.objects.all(collection.id):
        yield item.text


def _file_name(collection: Collection) -> str:
    plain_name = "".join(c for c in collection.name if c.isascii() and (c.isalnum() or c in "-_"))
    return f"{plain_name or 'calendar'}.ics"
