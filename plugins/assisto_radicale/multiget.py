"""calendar-multiget (RFC 4791 §7.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from assisto_caldav.errors import InvalidInputError
from assisto_radicale.asked import multistatus
from assisto_radicale.hrefs import href_of, read_href, same_host
from assisto_radicale.members import gone
from assisto_radicale.xmltext import dav

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterable, Iterator, Sequence

    from assisto_radicale.asked import Asked
    from assisto_radicale.hrefs import Target
    from assisto_radicale.request import Request
    from assisto_radicale.translate import Answer

_HREF = dav("href")


class _Wanted(NamedTuple):
    """An href as it was sent, and what it names; None if that is outside of what is asked."""

    href: str
    target: Target | None


def answer(request: Request, root: ET.Element, asked: Iterable[Asked]) -> Answer:
    """Return each object that is named, and 404 for what there is not.

    Args:
        request: On a calendar, a calendar object or a home.
        root: The report.
        asked: The calendars there, opened.

    Raises:
        InvalidInputError: It names nothing.
    """
    wanted = [_read(request, (node.text or "").strip()) for node in root.iterfind(_HREF)]
    if not wanted:
        raise InvalidInputError("There is no href.")
    found: dict[Target, str] = {}
    for one in asked:
        found.update(_members(one, [named.target for named in wanted if named.target]))
    return multistatus(request, _told(wanted, found))


def _members(asked: Asked, targets: Sequence[Target]) -> Iterator[tuple[Target, str]]:
    owner, name = asked.collection.owner, asked.collection.name
    own = {one.member: one for one in targets if (one.owner, one.collection) == (owner, name)}
    if not own:
        return
    found = asked.unit.objects.get_many(asked.collection.id, list(own))
    for href, item in found.items():
        yield own[href], asked.template.from_object(item)


def _told(wanted: Iterable[_Wanted], found: dict[Target, str]) -> Iterator[str]:
    told: set[Target] = set()
    for href, target in wanted:
        if target is None or target not in found:
            yield gone(href)
        elif target not in told:
            told.add(target)
            yield found[target]


def _read(request: Request, href: str) -> _Wanted:
    return _Wanted(href, _target(request, href))


def _target(request: Request, href: str) -> Target | None:
    """Return the member that an href names, if it lies inside of what is asked."""
    resolved = href
    if not href.startswith("/"):
        if not same_host(href, request.header("HOST")):
            return None
        try:
            resolved = urljoin(href_of(request.prefix, request.target), href)
        except ValueError:
            return None
    target = read_href(request.prefix, resolved)
    if target is None or not target.member:
        return None
    around = request.target
    if target[:2] == around[:2] and not around.member:
        return target
    is_inside = all(not known or known == own for known, own in zip(around, target, strict=True))
    return target if is_inside else None
