"""The reports on principals (RFC 3744 §9.3 to §9.5, CalendarServer's search).

They find the searcher's institution and its staff; of others nobody can tell
that they are there.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.errors import InvalidInputError
from assisto_radicale import properties
from assisto_radicale.expand_property import expand_property
from assisto_radicale.hrefs import Target, href_of
from assisto_radicale.lookup import list_home
from assisto_radicale.resources import Values, describe, find_values, multistatus, principals_of
from assisto_radicale.translate import Answer, RefusedError
from assisto_radicale.xmltext import (
    CALENDARSERVER,
    CONTENT_TYPE,
    DECLARATIONS,
    HEAD,
    caldav,
    dav,
    tags_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from assisto_caldav.ports import Unit
    from assisto_radicale.request import Request

_PROP = dav("prop")
_ADDRESSES = caldav("calendar-user-address-set")
_MAIL = f"{{{CALENDARSERVER}}}email-address-set"
_TYPE = caldav("calendar-user-type")
_SEARCHABLE: Mapping[str, str] = {
    dav("displayname"): "Name",
    _ADDRESSES: "Kalenderadresse",
    _MAIL: "E-Mail-Adresse",
    _TYPE: "Art: Person oder Einrichtung",
}
_ASKED_OUTSIDE = {dav("displayname"), caldav("calendar-home-set")}
_TRUNCATED = (
    "<D:status>HTTP/1.1 507 Insufficient Storage</D:status>"
    "<D:error><D:number-of-matches-within-limits/></D:error>"
)
_SEARCHED_BY_TOKEN = (dav("displayname"), _ADDRESSES)
_TYPES_BY_CONTEXT = {
    "user": ("INDIVIDUAL",),
    "attendee": ("INDIVIDUAL", "GROUP"),
    "group": ("GROUP",),
    "location": (),
    "resource": (),
}


class _Term(NamedTuple):
    """One ``property-search``: all the properties must match, without case."""

    names: tuple[str, ...]
    text: str
    kind: str


def find_report(name: str) -> Callable[[Request, ET.Element], Answer] | None:
    """Return what answers a report of ours; it runs once the resource may be read."""
    return _REPORTS.get(name)


def _property_search(request: Request, root: ET.Element) -> Answer:
    terms = [_read_term(node) for node in root.iterfind(dav("property-search"))]
    if not terms:
        raise InvalidInputError("The search looks for nothing.")
    fits = any if root.get("test") == "anyof" else all
    found = [
        (target, values)
        for target, values in _candidates(request, root)
        if fits(_matches(values, term) for term in terms)
    ]
    return _told(request, root, found)


def _read_term(node: ET.Element) -> _Term:
    match = node.find(dav("match"))
    names = tuple(prop.tag for prop in node.iterfind(f"{_PROP}/*"))
    if match is None or not names:
        raise InvalidInputError("A property-search needs properties and a text.")
    return _Term(names, (match.text or "").strip().casefold(), match.get("match-type", "contains"))


def _candidates(request: Request, root: ET.Element) -> Iterator[tuple[Target, Values]]:
    """Yield the principals to be searched, with what they show."""
    scene, target = request.scene, request.target
    everywhere = root.find(dav("apply-to-principal-collection-set")) is not None
    if target.collection and not everywhere:
        raise RefusedError(dav("supported-report"))
    for found in principals_of(scene):
        if everywhere or target.owner in ("", found.owner):
            yield found, _values(request, found)


def _values(request: Request, target: Target) -> Values:
    return lambda name: properties.home_value(request.scene, target, name)


def _matches(values: Values, term: _Term) -> bool:
    return all(_has_text(values, name, term) for name in term.names)


def _has_text(values: Values, name: str, term: _Term) -> bool:
    if name not in _SEARCHABLE:
        return False
    texts = (text.casefold() for text in _texts(values(name) or ""))
    if term.kind == "starts-with":
        return any(_begins(text, term.text) for text in texts)
    if term.kind == "equals":
        return any(term.text in (text, text.removeprefix("mailto:")) for text in texts)
    return any(term.text in text for text in texts)


def _begins(text: str, beginning: str) -> bool:
    bare = text.removeprefix("mailto:")
    words = (text, bare, *text.split())
    return any(word.startswith(beginning) for word in words)


def _texts(value: str) -> Iterator[str]:
    """Yield the texts in a property's value, which is XML of our own."""
    return ET.fromstring(f"<x {DECLARATIONS}>{value}</x>").itertext()  # noqa: S314 - our own XML


def _told(request: Request, root: ET.Element, found: list[tuple[Target, Values]]) -> Answer:
    # python-caldav leaves DAV:prop empty and writes the names behind it.
    names = [node.tag for node in root.iterfind(f"{_PROP}/*")] or _misplaced(root)
    limit = _limit(root)
    shown = found[:limit]
    parts = [describe(request, target, names, values) for target, values in shown]
    if len(shown) < len(found):
        href = href_of(request.prefix, request.target)
        parts.append(f"<D:response><D:href>{href}</D:href>{_TRUNCATED}</D:response>")
    return multistatus(request, parts)


def _misplaced(root: ET.Element) -> list[str]:
    return [node.tag for node in root if node.tag in _ASKED_OUTSIDE]


def _limit(root: ET.Element) -> int | None:
    for namespace in (dav(""), f"{{{CALENDARSERVER}}}"):
        text = (root.findtext(f"{namespace}limit/{namespace}nresults") or "").strip()
        if text:
            if not text.isascii() or not text.isdigit():
                raise InvalidInputError("The limit is no number.")
            return int(text)
    return None


def _token_search(request: Request, root: ET.Element) -> Answer:
    """Answer ``CS:calendarserver-principal-search``: every token must be there."""
    tokens = [
        (node.text or "").strip().casefold()
        for node in root.iterfind(f"{{{CALENDARSERVER}}}search-token")
    ]
    if not any(tokens) or request.target.collection:
        raise InvalidInputError("The search looks for nothing.")
    types = _TYPES_BY_CONTEXT.get(root.get("context", ""))
    found = []
    for target in principals_of(request.scene):
        values = _values(request, target)
        is_wanted = types is None or values(_TYPE) in types
        if is_wanted and all(_has_token(values, token) for token in tokens):
            found.append((target, values))
    return _told(request, root, found)


def _has_token(values: Values, token: str) -> bool:
    return any(
        _has_text(values, name, _Term((name,), token, "starts-with")) for name in _SEARCHED_BY_TOKEN
    )


def _search_property_set(request: Request, _: ET.Element) -> Answer:
    if request.target.collection:
        raise RefusedError(dav("supported-report"))
    parts = []
    for name, description in _SEARCHABLE.items():
        start = tags_of(name)[0]
        parts.append(
            f"<D:principal-search-property><D:prop>{start[:-1]}/></D:prop>"
            f'<D:description xml:lang="de">{description}</D:description>'
            "</D:principal-search-property>"
        )
    inner = "".join(parts)
    tag = "D:principal-search-property-set"
    return Answer(
        200, [("Content-Type", CONTENT_TYPE)], f"{HEAD}<{tag} {DECLARATIONS}>{inner}</{tag}>"
    )


def _principal_match(request: Request, root: ET.Element) -> Answer:
    """Return what is the user, or belongs to them: principals and collections, no members."""
    if request.target.collection:
        raise RefusedError(dav("supported-report"))
    names = [node.tag for node in root.iterfind(f"{_PROP}/*")]
    scene = request.scene
    prop = root.find(f"{dav('principal-property')}/*")
    if prop is None and root.find(dav("self")) is None:
        raise InvalidInputError("The match is of nothing.")
    me = href_of(request.prefix, Target(scene.user))
    with request.ports.database.reading() as unit:
        parts = []
        for target in _below(request, unit):
            values = find_values(scene, unit, target)
            if values is None:
                continue
            is_mine = target == Target(scene.user) if prop is None else _names(values, prop.tag, me)
            if is_mine:
                parts.append(describe(request, target, names, values))
    return multistatus(request, parts)


def _below(request: Request, unit: Unit) -> Iterable[Target]:
    scene, target = request.scene, request.target
    homes = [found for found in principals_of(scene) if target.owner in ("", found.owner)]
    for home in homes:
        yield home
        for item in list_home(scene.ports, scene.facts, unit, home.owner):
            yield Target(item.owner, item.name)


def _names(values: Values, name: str, href: str) -> bool:
    return f"<D:href>{href}</D:href>" in (values(name) or "")


_REPORTS: Mapping[str, Callable[[Request, ET.Element], Answer]] = {
    dav("principal-property-search"): _property_search,
    dav("principal-search-property-set"): _search_property_set,
    dav("principal-match"): _principal_match,
    f"{{{CALENDARSERVER}}}calendarserver-principal-search": _token_search,
    dav("expand-property"): expand_property,
}
