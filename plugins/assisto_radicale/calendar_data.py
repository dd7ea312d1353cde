"""The ``C:calendar-data`` of a report: whole, in part or expanded (RFC 4791 §9.6)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assisto_caldav.domain.content_lines import iter_lines
from assisto_caldav.errors import AssistoError
from assisto_radicale.expansion import Expansion
from assisto_radicale.filters import read_window
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import caldav, escape

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Callable

    from assisto_caldav.domain.collection import StoredObject
    from assisto_radicale.query import Place

logger = logging.getLogger("assisto.dav")


@dataclass(frozen=True, slots=True)
class Part:
    """What to keep of a component; ``props`` maps a name to whether its value is wanted."""

    all_props: bool = True
    all_comps: bool = True
    props: dict[str, bool] = field(default_factory=dict)
    comps: dict[str, Part] = field(default_factory=dict)


def read_data(node: ET.Element, place: Place) -> Callable[[StoredObject], str]:
    """Return the function that makes the XML content for an object.

    Raises:
        RefusedError: Another media type is wanted, or a window is none.
    """
    kind, version = node.get("content-type", "text/calendar"), node.get("version", "2.0")
    if kind.lower() != "text/calendar" or version != "2.0":
        raise RefusedError(caldav("supported-calendar-data"))
    expand, comp = node.find(caldav("expand")), node.find(caldav("comp"))
    if expand is None and comp is None:
        return lambda item: escape(item.text)
    expansion = None if expand is None else Expansion(place, read_window(expand))
    part = None if comp is None else _read_part(comp)
    return lambda item: escape(_made(item, expansion, part))


def _read_part(node: ET.Element) -> Part:
    props = {
        prop.get("name", "").upper(): prop.get("novalue", "no") != "yes"
        for prop in node.iterfind(caldav("prop"))
    }
    comps = {
        comp.get("name", "").upper(): _read_part(comp) for comp in node.iterfind(caldav("comp"))
    }
    return Part(
        all_props=node.find(caldav("allprop")) is not None,
        all_comps=node.find(caldav("allcomp")) is not None,
        props=props,
        comps=comps,
    )


def _made(item: StoredObject, expansion: Expansion | None, part: Part | None) -> str:
    try:
        text = item.text if expansion is None else expansion.text_of(item)
        return text if part is None else reduce(text, part)
    except AssistoError:
        # What was stored before a limit existed is better told whole than not at all.
        logger.warning("A stored object cannot be expanded: %s", item.id)
        return item.text


def reduce(text: str, part: Part) -> str:
    """Return an iCalendar text with the wanted components and properties alone."""
    kept: list[str] = []
    parts: list[Part | None] = []
    for line in iter_lines(text):
        if line.name == "BEGIN":
            parts.append(_inner(parts, line.path[-1], part))
        here = parts[-1] if parts else None
        if here is not None:
            kept.append(_kept(text[line.start : line.end], line.name, here))
        if line.name == "END":
            parts.pop()
    return "".join(kept)


def _inner(parts: list[Part | None], name: str, outermost: Part) -> Part | None:
    """Return what to keep of a component that begins inside of others."""
    if not parts:
        return outermost
    around = parts[-1]
    if around is None:
        return None
    if name in around.comps:
        return around.comps[name]
    return Part() if around.all_comps else None


def _kept(raw: str, name: str, part: Part) -> str:
    if name in ("BEGIN", "END") or part.all_props or part.props.get(name):
        return raw
    if name not in part.props:
        return ""
    line_end = raw[len(raw.rstrip("\r\n")) :]
    return f"{name}:{line_end}"
