"""The filter of a calendar-query as values (RFC 4791 §9.7, §9.9)."""

from __future__ import annotations

import re
from calendar import monthrange, timegm
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.timespan import MAX_INSTANT, MIN_INSTANT
from assisto_radicale.collation import ASCII, COLLATIONS, fold_case
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import caldav

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

BEGINNING: Final = MIN_INSTANT
END: Final = MAX_INSTANT
"""Ends of an open window."""

RECURRING: Final = ("VEVENT", "VTODO", "VJOURNAL")
"""Components whose instances are in the occurrence index."""

DATED: Final = ("COMPLETED", "CREATED", "DTEND", "DTSTAMP", "DTSTART", "DUE", "LAST-MODIFIED")
"""Properties for which §9.9 says what a time range means."""

_INSTANT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)
_WINDOWED = {"VCALENDAR": (*RECURRING, "VFREEBUSY"), "VEVENT": ("VALARM",), "VTODO": ("VALARM",)}
_NOT_DEFINED = caldav("is-not-defined")
_TIME_RANGE = caldav("time-range")
_TEXT_MATCH = caldav("text-match")


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A substring to look for, as its collation compares it; ``written`` as it was sent."""

    text: str
    collation: str
    negated: bool
    written: str


@dataclass(frozen=True, slots=True)
class ParamFilter:
    """A condition on a parameter."""

    name: str
    not_defined: bool = False
    text: TextMatch | None = None


@dataclass(frozen=True, slots=True)
class PropFilter:
    """A condition on a property."""

    name: str
    not_defined: bool = False
    window: Interval | None = None
    text: TextMatch | None = None
    params: tuple[ParamFilter, ...] = ()


@dataclass(frozen=True, slots=True)
class CompFilter:
    """A condition on a component; all that it says must hold of the same one."""

    name: str
    not_defined: bool = False
    window: Interval | None = None
    props: tuple[PropFilter, ...] = ()
    comps: tuple[CompFilter, ...] = ()


def _invalid() -> RefusedError:
    return RefusedError(caldav("valid-filter"))


def _unsupported() -> RefusedError:
    return RefusedError(caldav("supported-filter"))


def read_instant(text: str) -> int:
    """Return a UTC DATE-TIME as an instant.

    Raises:
        RefusedError: It is none, or of the year 0 (``min-date-time``).
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise _invalid()
    year, month, day, hour, minute, second = map(int, match.groups())
    if not (1 <= month <= 12 and hour < 24 and minute < 60 and second <= 60):
        raise _invalid()
    if not year:
        raise RefusedError(caldav("min-date-time"))
    if not 1 <= day <= monthrange(year, month)[1]:
        raise _invalid()
    return timegm((year, month, day, hour, minute, second, 0, 0, 0))


def read_window(node: ET.Element) -> Interval:
    """Return the window of a ``time-range``; it may be open at one end.

    Raises:
        RefusedError: It has no end at all, is empty, not in UTC, or wholly
            outside of the time that we know (``min-date-time``, ``max-date-time``).
    """
    start, end = node.get("start"), node.get("end")
    if start is None and end is None:
        raise _invalid()
    first = read_instant(start) if start is not None else BEGINNING
    last = read_instant(end) if end is not None else END
    if first >= END:
        raise RefusedError(caldav("max-date-time"))
    if last <= BEGINNING:
        raise RefusedError(caldav("min-date-time"))
    # Apps write the first and the last day that there is for an open end.
    first, last = max(first, BEGINNING), min(last, END)
    if first >= last:
        raise _invalid()
    return Interval(first, last)


def read_filter(node: ET.Element) -> CompFilter:
    """Read the ``C:filter`` of a query; its one child is about VCALENDAR.

    Raises:
        RefusedError: ``valid-filter``, ``supported-filter`` or ``supported-collation``.
    """
    children = list(node)
    if len(children) != 1 or children[0].tag != caldav("comp-filter"):
        raise _invalid()
    found = _comp(children[0], around="")
    if found.name != "VCALENDAR":
        raise _invalid()
    return found


def _name(node: ET.Element) -> str:
    name = node.get("name", "").strip().upper()
    if not name:
        raise _invalid()
    return name


def _is_not_defined(node: ET.Element) -> bool:
    if node.find(_NOT_DEFINED) is None:
        return False
    if len(node) != 1:
        # What is not there can have nothing else.
        raise _invalid()
    return True


def _only(node: ET.Element, tag: str) -> ET.Element | None:
    found = node.findall(tag)
    if len(found) > 1:
        raise _invalid()
    return found[0] if found else None


def _comp(node: ET.Element, *, around: str) -> CompFilter:
    name = _name(node)
    if _is_not_defined(node):
        return CompFilter(name, not_defined=True)
    window = _only(node, _TIME_RANGE)
    if window is not None and name not in _WINDOWED.get(around, ()):
        raise _unsupported()
    return CompFilter(
        name,
        window=None if window is None else read_window(window),
        props=tuple(map(_prop, node.iterfind(caldav("prop-filter")))),
        comps=tuple(_comp(inner, around=name) for inner in node.iterfind(caldav("comp-filter"))),
    )


def _prop(node: ET.Element) -> PropFilter:
    name = _name(node)
    if _is_not_defined(node):
        return PropFilter(name, not_defined=True)
    window = _only(node, _TIME_RANGE)
    if window is not None and name not in DATED:
        raise _unsupported()
    return PropFilter(
        name,
        window=None if window is None else read_window(window),
        text=_text(node),
        params=tuple(map(_param, node.iterfind(caldav("param-filter")))),
    )


def _param(node: ET.Element) -> ParamFilter:
    name = _name(node)
    if _is_not_defined(node):
        return ParamFilter(name, not_defined=True)
    return ParamFilter(name, text=_text(node))


def _text(node: ET.Element) -> TextMatch | None:
    found = _only(node, _TEXT_MATCH)
    if found is None:
        return None
    collation = found.get("collation", ASCII)
    if collation == "default":
        collation = ASCII
    if collation not in COLLATIONS:
        raise RefusedError(caldav("supported-collation"))
    negated = found.get("negate-condition", "no")
    if negated not in ("yes", "no"):
        raise _invalid()
    written = found.text or ""
    return TextMatch(fold_case(written, collation), collation, negated == "yes", written)
