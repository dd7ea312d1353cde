"""The reports of RFC 4791 §7 and RFC 6578, as text from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.collection import CALENDARS
from assisto_caldav.errors import InvalidInputError, NotAllowedError, NotFoundError
from assisto_radicale import freebusy, multiget, principal_reports, query, synctoken
from assisto_radicale.asked import Asked, ask, depth_of, multistatus
from assisto_radicale.filters import BEGINNING, END, read_filter, read_window
from assisto_radicale.hrefs import Target
from assisto_radicale.lookup import list_home, look_up
from assisto_radicale.rights import privileges
from assisto_radicale.sync_report import sync_collection
from assisto_radicale.translate import Answer, RefusedError
from assisto_radicale.xmltext import caldav, dav

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Callable, Iterator

    from assisto_caldav.ports import Unit
    from assisto_radicale.request import Request

_QUERY = caldav("calendar-query")
_MULTIGET = caldav("calendar-multiget")
_SYNC = dav("sync-collection")


def report(request: Request) -> Answer:
    """Answer a REPORT.

    Raises:
        NotAllowedError: The user may not read this.
        NotFoundError: There is no such resource.
        RefusedError: A precondition fails, or the report is not supported here.
        InvalidInputError: The body is none.
    """
    root = request.xml()
    if root is None:
        raise InvalidInputError("A report needs a body.")
    if not privileges(request.facts, request.target):
        raise NotAllowedError
    on_principals = principal_reports.find_report(root.tag)
    if on_principals is not None:
        return on_principals(request, root)
    if not _is_answered(request.target, root.tag):
        raise RefusedError(dav("supported-report"))
    with request.ports.database.reading() as unit:
        if not request.target.collection:
            return _on_home(request, root, unit)
        return _REPORTS[root.tag](_open(request, root, unit, request.target))


def _is_answered(target: Target, tag: str) -> bool:
    """Tell whether what an address names, by its depth, answers a report (RFC 4791 §7.1, §7.2)."""
    if target.collection and not target.member:
        return tag in _REPORTS
    return bool(target.owner) and tag in (_QUERY, _MULTIGET)


def _open(request: Request, root: ET.Element, unit: Unit, target: Target) -> Asked:
    collection, view = look_up(request.ports, request.facts, unit, target)
    # Apple reads the messages of an inbox as it reads a calendar.
    kinds = synctoken.SYNCED if root.tag in (_SYNC, _MULTIGET) else CALENDARS
    if collection.kind not in kinds:
        raise RefusedError(dav("supported-report"))
    place = query.open_place(request.ports, view, collection, query.read_zone(root))
    return ask(request, root, place)


def _on_home(request: Request, root: ET.Element, unit: Unit) -> Answer:
    """Answer for the calendars in a home, each in its own zone (RFC 4791 §7.2)."""
    opened = _calendars(request, root, unit)
    if root.tag == _MULTIGET:
        return multiget.answer(request, root, opened)
    selection = _selection(request, root)
    if depth_of(request) in ("", "0"):
        return multistatus(request, ())
    return multistatus(request, [part for asked in opened for part in _found(asked, selection)])


def _calendars(request: Request, root: ET.Element, unit: Unit) -> Iterator[Asked]:
    owner = request.target.owner
    for item in list_home(request.ports, request.facts, unit, owner):
        if item.kind in CALENDARS:
            yield _open(request, root, unit, Target(owner, item.name))


def _selection(request: Request, root: ET.Element) -> query.Selection:
    node = root.find(caldav("filter"))
    if node is None:
        raise RefusedError(caldav("valid-filter"))
    if sum(1 for _ in node.iter()) > request.limits.max_filters:
        raise RefusedError(caldav("supported-filter"))
    return query.plan(read_filter(node))


def _calendar_query(asked: Asked) -> Answer:
    request = asked.request
    selection = _selection(request, asked.root)
    if request.target.member:
        return multistatus(request, _one(asked, selection))
    # Apps that leave Depth out mean the calendar, although it then were 0.
    if depth_of(request) == "0":
        return multistatus(request, ())
    return multistatus(request, _found(asked, selection))


def _found(asked: Asked, selection: query.Selection) -> list[str]:
    template = asked.template
    if not template.needs_objects:
        rows = query.etags(asked.place, selection)
        if rows is not None:
            _check_number(asked, len(rows))
            return [template.from_etags(rows)]
    found = query.select(asked.place, selection)
    _check_number(asked, len(found))
    return [template.from_object(item) for item in found]


def _check_number(asked: Asked, matches: int) -> None:
    if matches > asked.request.limits.max_matches:
        raise RefusedError(dav("number-of-matches-within-limits"))


def _one(asked: Asked, selection: query.Selection) -> list[str]:
    """Answer a query on a calendar object itself."""
    member = asked.request.target.member
    if asked.unit.objects.get(asked.collection.id, member) is None:
        raise NotFoundError("There is no such calendar object.")
    found = query.select_one(asked.place, selection, member)
    return [] if found is None else [asked.template.from_object(found)]


def _multiget(asked: Asked) -> Answer:
    return multiget.answer(asked.request, asked.root, [asked])


def _freebusy_query(asked: Asked) -> Answer:
    node = asked.root.find(caldav("time-range"))
    window = None if node is None else read_window(node)
    if window is None or window.start == BEGINNING or window.end == END:
        raise RefusedError(caldav("valid-filter"))
    busy = freebusy.busy_periods(asked.place, window)
    text = freebusy.vfreebusy(busy, window, now=asked.request.ports.clock.now())
    return Answer(200, [("Content-Type", "text/calendar; charset=utf-8")], text)


_REPORTS: dict[str, Callable[[Asked], Answer]] = {
    _QUERY: _calendar_query,
    _MULTIGET: _multiget,
    caldav("free-busy-query"): _freebusy_query,
    _SYNC: sync_collection,
}
