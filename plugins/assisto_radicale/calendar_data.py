"""The ``C:calendar-data`` of a report: whole, in part or expanded (RFC 4791 §9.6)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from assisto_caldav.domain.content_lines import ContentLine, fold, iter_lines, parse_line
from assisto_caldav.errors import AssistoError, InvalidInputError
from assisto_radicale.expansion import Expansion
from assisto_radicale.filters import read_window
from assisto_radicale.freebusy_components import limit_freebusy
from assisto_radicale.limiting import limit_recurrences
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import caldav, escape, escape_object

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Callable, Iterator, Sequence

    from assisto_caldav.domain.collection import StoredObject
    from assisto_caldav.domain.intervals import Interval
    from assisto_radicale.floating import Place

Step: TypeAlias = "Callable[[str], str]"
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
        InvalidInputError: A window is open, or a series both expanded and limited.
    """
    kind, version = node.get("content-type", "text/calendar"), node.get("version", "2.0")
    if kind.lower() != "text/calendar" or version != "2.0":
        raise RefusedError(caldav("supported-calendar-data"))
    expand, comp = node.find(caldav("expand")), node.find(caldav("comp"))
    steps = list(_steps(node, place))
    if comp is not None:
        part = _read_part(comp)
        steps.append(lambda text: reduce(text, part))
    if expand is not None:
        expansion = Expansion(place, _closed_window(expand))
        return lambda item: escape(_made(item, expansion.text_of, steps))
    if steps:
        return lambda item: escape(_made(item, _stored_text, steps))
    return lambda item: escape_object(item.text)


def _stored_text(item: StoredObject) -> str:
    return item.text


def _steps(node: ET.Element, place: Place) -> Iterator[Step]:
    recurrences = node.find(caldav("limit-recurrence-set"))
    freebusy = node.find(caldav("limit-freebusy-set"))
    if recurrences is not None:
        if node.find(caldav("expand")) is not None:
            raise InvalidInputError("A series is expanded or limited, not both.")
        window = _closed_window(recurrences)
        yield lambda text: limit_recurrences(text, window, place.floating_zone)
    if freebusy is not None:
        within = _closed_window(freebusy)
        yield lambda text: limit_freebusy(text, within)


def _closed_window(node: ET.Element) -> Interval:
    if node.get("start") is None or node.get("end") is None:
        raise InvalidInputError("A window needs a start and an end.")
    return read_window(node)


def _read_part(node: ET.Element) -> Part:
    props = {
        prop.get("name", "").upper(): prop.get("novalue", "no") != "yes"
        for prop in node.iterfind(caldav("prop"))
    }
    comps = {
        comp.get("name", "").upper(): _read_part(comp) for comp in node.iterfind(caldav("comp"))
    }
    if len(node) == 0:
        # As VTIMEZONE in the example of §7.8.1, which is returned whole.
        return Part()
    return Part(
        all_props=node.find(caldav("allprop")) is not None,
        all_comps=node.find(caldav("allcomp")) is not None,
        props=props,
        comps=comps,
    )


def _made(item: StoredObject, first: Callable[[StoredObject], str], steps: Sequence[Step]) -> str:
    try:
        text = first(item)
        for step in steps:
            text = step(text)
    except RefusedError:
        raise
    except (AssistoError, ValueError, OverflowError):
        # What was stored before a limit existed is better told whole than not at all.
        logger.warning("A stored object cannot be expanded: %s", item.id)
        return item.text
    return text


def reduce(text: str, part: Part) -> str:
    """Return an iCalendar text with the wanted components and properties alone."""
    kept: list[str] = []
    parts: list[Part | None] = []
    for line in iter_lines(text):
        if line.name == "BEGIN":
            parts.append(_inner(parts, line.path[-1], part))
        here = parts[-1] if parts else None
        if here is not None:
            kept.append(_kept(line, text[line.start : line.end], here))
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


def _kept(line: ContentLine, raw: str, part: Part) -> str:
    name = line.name
    if name in ("BEGIN", "END") or part.all_props or part.props.get(name):
        return raw
    if name not in part.props:
        return ""
    # Name and parameters stay (§9.6.4).
    value = parse_line(line.text).value
    return fold(line.text[: len(line.text) - len(value)], raw[len(raw.rstrip("\r\n")) :])
