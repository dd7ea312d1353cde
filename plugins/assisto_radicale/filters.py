"""The filter of a calendar-query as values (RFC 4791 §9.7, §9.9)."""

from __future__ import annotations

import re
from calendar import timegm
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.timespan import MAX_INSTANT, MIN_INSTANT
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import caldav

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

BEGINNING: Final = MIN_INSTANT
END: Final = MAX_INSTANT
"""Ends of an open window."""

_INSTANT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)
_COLLATIONS = ("i;ascii-casemap", "i;octet", "i;unicode-casemap")
_NOT_DEFINED = caldav("is-not-defined")
_TIME_RANGE = caldav("time-range")
_TEXT_MATCH = caldav("text-match")


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A substring to look for, in a collation of RFC 4790."""

    text: str
    collation: str
    negated: bool


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
    """A condition on a component; all that it says must hold."""

    name: str
    not_defined: bool = False
    window: Interval | None = None
    props: tuple[PropFilter, ...] = ()
    comps: tuple[CompFilter, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Tell whether it asks for the component alone."""
        return not (self.not_defined or self.window or self.props or self.comps)


def _invalid() -> RefusedError:
    return RefusedError(caldav("valid-filter"))


def read_instant(text: str) -> int:
    """Return a UTC DATE-TIME as an instant.

    Raises:
        RefusedError: It is none.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise _invalid()
    year, month, day, hour, minute, second = map(int, match.groups())
    if not (year and 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60):
        raise _invalid()
    return timegm((year, month, day, hour, minute, second, 0, 0, 0))


def read_window(node: ET.Element) -> Interval:
    """Return the window of a ``time-range``, ``expand`` or the like; it may be open.

    Raises:
        RefusedError: It has no end, is empty, or not in UTC.
    """
    start, end = node.get("start"), node.get("end")
    if start is None and end is None:
        raise _invalid()
    first = read_instant(start) if start is not None else BEGINNING
    last = read_instant(end) if end is not None else END
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
    found = _comp(children[0])
    if found.name != "VCALENDAR":
        raise _invalid()
    return found


def _name(node: ET.Element) -> str:
    name = node.get("name", "").upper()
    if not name:
        raise _invalid()
    return name


def _comp(node: ET.Element) -> CompFilter:
    name = _name(node)
    if node.find(_NOT_DEFINED) is not None:
        return CompFilter(name, not_defined=True)
    window = node.find(_TIME_RANGE)
    if window is not None and name in ("VALARM", "VTIMEZONE"):
        raise RefusedError(caldav("supported-filter"))
    return CompFilter(
        name,
        window=None if window is None else read_window(window),
        props=tuple(map(_prop, node.iterfind(caldav("prop-filter")))),
        comps=tuple(map(_comp, node.iterfind(caldav("comp-filter")))),
    )


def _prop(node: ET.Element) -> PropFilter:
    name = _name(node)
    if node.find(_NOT_DEFINED) is not None:
        return PropFilter(name, not_defined=True)
    window = node.find(_TIME_RANGE)
    return PropFilter(
        name,
        window=None if window is None else read_window(window),
        text=_text(node),
        params=tuple(map(_param, node.iterfind(caldav("param-filter")))),
    )


def _param(node: ET.Element) -> ParamFilter:
    name = _name(node)
    if node.find(_NOT_DEFINED) is not None:
        return ParamFilter(name, not_defined=True)
    return ParamFilter(name, text=_text(node))


def _text(node: ET.Element) -> TextMatch | None:
    found = node.find(_TEXT_MATCH)
    if found is None:
        return None
    collation = found.get("collation", _COLLATIONS[0])
    if collation == "default":
        collation = _COLLATIONS[0]
    if collation not in _COLLATIONS:
        raise RefusedError(caldav("supported-collation"))
    negated = found.get("negate-condition", "no")
    if negated not in ("yes", "no"):
        raise _invalid()
    return TextMatch(fold_case(found.text or "", collation), collation, negated == "yes")


_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def fold_case(text: str, collation: str) -> str:
    """Return the text as the collation compares it."""
    if collation == "i;ascii-casemap":
        return text.translate(_ASCII_LOWER)
    return text.casefold() if collation == "i;unicode-casemap" else text
