"""The reports of RFC 4791 §7 and RFC 6578, as text from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.domain.collection import CALENDARS, Collection
from assisto_caldav.errors import InvalidInputError, NotAllowedError, NotFoundError
from assisto_radicale import freebusy, query, synctoken
from assisto_radicale.calendar_data import read_data
from assisto_radicale.filters import BEGINNING, END, read_filter, read_window
from assisto_radicale.hrefs import href_of, read_href
from assisto_radicale.limits import MAX_XML_SIZE
from assisto_radicale.members import NAMES, MemberTemplate, gone
from assisto_radicale.rights import privileges
from assisto_radicale.synctoken import Position
from assisto_radicale.translate import Answer, RefusedError
from assisto_radicale.xmltext import CONTENT_TYPE, MULTISTATUS, caldav, dav, escape

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Callable, Iterable, Sequence

    from assisto_caldav.domain.collection import Change, StoredObject
    from assisto_caldav.ports import Unit
    from assisto_radicale.request import Request

_PROP = dav("prop")
_HREF = dav("href")
_DATA = caldav("calendar-data")
_TOO_MANY = (
    "<D:status>HTTP/1.1 507 Insufficient Storage</D:status>"
    "<D:error><D:number-of-matches-within-limits/></D:error>"
)


class _Asked(NamedTuple):
    """A report, on what, and how its members are shown."""

    request: Request
    root: ET.Element
    place: query.Place
    template: MemberTemplate

    @property
    def unit(self) -> Unit:
        """Return the view that the whole answer is made from."""
        return self.place.unit

    @property
    def collection(self) -> Collection:
        """Return the collection that is asked about."""
        return self.place.collection


def report(request: Request) -> Answer:
    """Answer a REPORT.

    Raises:
        NotAllowedError: The user may not read this.
        NotFoundError: There is no such collection.
        RefusedError: A precondition fails, or the report is not supported here.
        InvalidInputError: The body is none.
    """
    root = request.xml(MAX_XML_SIZE)
    if root is None:
        raise InvalidInputError("A report needs a body.")
    if not privileges(request.facts, request.target):
        raise NotAllowedError
    answer = _REPORTS.get(root.tag)
    if answer is None or not request.target.collection:
        raise RefusedError(dav("supported-report"))
    with request.ports.database.reading() as unit:
        collection = unit.collections.get(request.target.owner, request.target.collection)
        if collection is None:
            raise NotFoundError("There is no such collection.")
        kinds = synctoken.SYNCED if root.tag == dav("sync-collection") else CALENDARS
        if collection.kind not in kinds:
            raise RefusedError(dav("supported-report"))
        place = query.Place(unit, collection, query.floating_zone(request.ports, collection))
        return answer(_Asked(request, root, place, _template(request, root, place)))


def _template(request: Request, root: ET.Element, place: query.Place) -> MemberTemplate:
    collection = place.collection
    wanted = root.find(_PROP)
    minimal = request.wants_minimal
    if wanted is None:
        names = NAMES if root.find(dav("allprop")) is not None else ()
        return MemberTemplate(request.scene, collection, names, minimal=True)
    data = wanted.find(_DATA)
    return MemberTemplate(
        request.scene,
        collection,
        tuple(dict.fromkeys(node.tag for node in wanted)),
        data=None if data is None else read_data(data, place),
        minimal=minimal,
    )


def _multistatus(asked: _Asked, parts: Iterable[str]) -> Answer:
    body = f"{MULTISTATUS}{''.join(parts)}</D:multistatus>"
    return Answer(207, [("Content-Type", CONTENT_TYPE), *asked.request.preference_applied], body)


def _calendar_query(asked: _Asked) -> Answer:
    node = asked.root.find(caldav("filter"))
    if node is None:
        raise RefusedError(caldav("valid-filter"))
    selection = query.plan(read_filter(node))
    collection, template, unit = asked.collection, asked.template, asked.unit
    if asked.request.target.member:
        return _multistatus(asked, _one(asked, selection))
    if _is_whole(selection, collection) and not template.needs_objects:
        return _multistatus(asked, [template.from_etags(unit.objects.etags(collection.id))])
    found = query.select(asked.place, selection)
    return _multistatus(asked, map(template.from_object, found))


def _is_whole(selection: query.Selection, collection: Collection) -> bool:
    """Tell whether the filter selects every member, whatever they hold."""
    is_any = selection.component is None or collection.components == (selection.component,)
    return selection.is_everything and is_any


def _one(asked: _Asked, selection: query.Selection) -> Iterable[str]:
    """Answer a query on a calendar object itself."""
    member = asked.request.target.member
    found = query.select(asked.place, selection)
    return [asked.template.from_object(item) for item in found if item.href == member]


def _multiget(asked: _Asked) -> Answer:
    own = asked.request.target.parent
    wanted: list[tuple[str, str | None]] = []
    for node in asked.root.iterfind(_HREF):
        href = (node.text or "").strip()
        target = read_href(asked.request.prefix, href)
        inside = target is not None and target.parent == own and target.member
        wanted.append((href, target.member if target and inside else None))
    hrefs = list(dict.fromkeys(member for _, member in wanted if member is not None))
    found = asked.unit.objects.get_many(asked.collection.id, hrefs)
    return _multistatus(asked, _gotten(asked.template, wanted, found))


def _gotten(
    template: MemberTemplate,
    wanted: Sequence[tuple[str, str | None]],
    found: dict[str, StoredObject],
) -> Iterable[str]:
    told: set[str] = set()
    for href, member in wanted:
        if member is None or member not in found:
            yield gone(href)
        elif member not in told:
            told.add(member)
            yield template.from_object(found[member])


def _sync_collection(asked: _Asked) -> Answer:
    token = (asked.root.findtext(dav("sync-token")) or "").strip()
    if (asked.root.findtext(dav("sync-level")) or "1").strip() not in ("1", "infinite"):
        raise InvalidInputError("The level is none.")
    limit = _limit(asked.root)
    collection, template = asked.collection, asked.template
    if token:
        position = synctoken.read_token(collection, token)
    elif limit is None and not template.needs_objects:
        rows = asked.unit.objects.etags(collection.id)
        return _synced(asked, [template.from_etags(rows)], Position(collection.revision))
    else:
        position = Position(0, collection.revision)
    # The revision was read before these rows, so no change can fall between two answers.
    changes = asked.unit.objects.changes(
        collection.id, since=position.revision, limit=None if limit is None else limit + 1
    )
    more = limit is not None and len(changes) > limit
    page = changes[:limit]
    parts = list(_changed(asked, page, is_first=not token))
    if not more:
        return _synced(asked, parts, Position(collection.revision))
    parts.append(_cut(asked))
    return _synced(asked, parts, Position(page[-1].revision, position.begun))


def _limit(root: ET.Element) -> int | None:
    text = root.findtext(f"{dav('limit')}/{dav('nresults')}")
    if text is None:
        return None
    if not text.strip().isascii() or not text.strip().isdigit() or not int(text):
        raise InvalidInputError("The limit is no number.")
    return int(text)


def _changed(asked: _Asked, page: Sequence[Change], *, is_first: bool) -> Iterable[str]:
    template = asked.template
    living = [(change.href, change.etag) for change in page if change.etag is not None]
    if template.needs_objects:
        hrefs = [href for href, _ in living]
        found = asked.unit.objects.get_many(asked.collection.id, hrefs)
        yield from (template.from_object(found[href]) for href in hrefs if href in found)
    else:
        yield template.from_etags(living)
    if not is_first:
        yield from (template.gone(change.href) for change in page if change.etag is None)


def _cut(asked: _Asked) -> str:
    href = href_of(asked.request.prefix, asked.request.target.parent)
    return f"<D:response><D:href>{href}</D:href>{_TOO_MANY}</D:response>"


def _synced(asked: _Asked, parts: Iterable[str], position: Position) -> Answer:
    token = escape(synctoken.token_of(asked.collection, position))
    return _multistatus(asked, [*parts, f"<D:sync-token>{token}</D:sync-token>"])


def _freebusy_query(asked: _Asked) -> Answer:
    node = asked.root.find(caldav("time-range"))
    window = None if node is None else read_window(node)
    if window is None or window.start == BEGINNING or window.end == END:
        raise RefusedError(caldav("valid-filter"))
    busy = freebusy.busy_periods(asked.place, window)
    text = freebusy.vfreebusy(busy, window, now=asked.request.ports.clock.now())
    return Answer(200, [("Content-Type", "text/calendar; charset=utf-8")], text)


_REPORTS: dict[str, Callable[[_Asked], Answer]] = {
    caldav("calendar-query"): _calendar_query,
    caldav("calendar-multiget"): _multiget,
    caldav("free-busy-query"): _freebusy_query,
    dav("sync-collection"): _sync_collection,
}
