"""Calendar objects with their instances written out one by one (RFC 4791 §9.6.5).

Times are in UTC, so no VTIMEZONE is needed; DATEs stay DATEs, and floating
times float. Most objects have one VEVENT, and the occurrence index knows their
instances: those are put together from the stored lines, without a parser.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.content_lines import fold
from assisto_caldav.domain.recurrence import expand
from assisto_radicale.limits import MAX_INSTANCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from assisto_caldav.domain.collection import StoredObject
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.intervals import Interval
    from assisto_radicale.query import Place

_ENDS = ("DTEND", "DUE")
_REWRITTEN = {*_ENDS, "DTSTART", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE", "EXRULE"}
_HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Assisto CalDAV//DE\r\n"
_TAIL = "END:VCALENDAR\r\n"

_LINES = re.MULTILINE | re.IGNORECASE
_EVENT = re.compile(r"^BEGIN:VEVENT[ \t]*\r?\n", _LINES)
_EVENT_END = re.compile(r"^END:VEVENT[ \t]*\r?\n", _LINES)
_INNER = re.compile(r"^BEGIN:", _LINES)
_ONLY_ALARMS = re.compile(
    r"(?:BEGIN:VALARM\r?\n(?:(?!END:).*\n)*+END:VALARM\r?\n)*+", re.IGNORECASE
)
_DROPPED = re.compile(rf"^(?:{'|'.join(sorted(_REWRITTEN))})[;:].*\n(?:[ \t].*\n)*+", _LINES)
_HAS_END = re.compile(r"^DTEND[;:]", _LINES)


class _When(NamedTuple):
    """When an instance is."""

    start: int
    end: int
    recurrence_id: str | None
    all_day: bool
    floating: bool


class Expansion:
    """Writes out the instances that objects of one collection have in a window."""

    def __init__(self, place: Place, window: Interval) -> None:
        """Know the window; the index is read when the first object needs it."""
        self._place = place
        self._window = window

    @cached_property
    def _indexed(self) -> Mapping[str, list[_When]]:
        found: dict[str, list[_When]] = defaultdict(list)
        objects = self._place.unit.objects
        for object_id, one in objects.occurrences([self._place.collection.id], self._window):
            found[object_id].append(
                _When(one.start, one.end, one.recurrence_id, one.is_all_day, one.is_floating)
            )
        return found

    def _is_indexed(self, item: StoredObject) -> bool:
        return (item.expanded_until is None or item.expanded_until >= self._window.end) and (
            item.expanded_from is None or item.expanded_from <= self._window.start
        )

    def text_of(self, item: StoredObject) -> str:
        """Return the object expanded.

        Raises:
            InvalidCalendarObjectError: It has too many instances.
        """
        zone = self._place.floating_zone
        if self._is_indexed(item) and item.component == "VEVENT":
            text = expand_lines(item.text, self._indexed.get(item.id, ()), zone)
            if text is not None:
                return text
        return expand_parsed(item.text, self._window, zone)


def expand_lines(text: str, instances: Sequence[_When], floating_zone: ZoneInfo) -> str | None:
    """Return an object with one VEVENT expanded, None if it is not that simple."""
    first, last = _EVENT.search(text), _EVENT_END.search(text)
    if first is None or last is None or _EVENT.search(text, first.end()) is not None:
        return None
    inner = _INNER.search(text, first.end(), last.start())
    own_end = inner.start() if inner else last.start()
    if not _ONLY_ALARMS.fullmatch(text, own_end, last.start()):
        return None
    own = text[first.end() : own_end]
    has_end = _HAS_END.search(own) is not None
    tail = f"{_DROPPED.sub('', own)}{text[own_end : last.start()]}END:VEVENT\r\n"
    parts = [_HEAD]
    for when in instances:
        lines = "\r\n".join(_times(when, ("DTEND",) if has_end else (), floating_zone))
        parts += ("BEGIN:VEVENT\r\n", lines, "\r\n", tail)
    return "".join([*parts, _TAIL])


def expand_parsed(text: str, window: Interval, floating_zone: ZoneInfo) -> str:
    """Return any object expanded.

    Raises:
        InvalidCalendarObjectError: It has too many instances.
    """
    found = parse_calendar_object(text.encode())
    parts = [_HEAD]
    for one in expand(found, window, floating_zone=floating_zone, max_instances=MAX_INSTANCES):
        component = found.components[one.component_index]
        when = _When(one.start, one.end, one.recurrence_id, one.all_day, one.floating)
        parts += [fold(line) for line in _instance(component, when, floating_zone)]
    return "".join([*parts, _TAIL])


def _instance(component: Component, when: _When, floating_zone: ZoneInfo) -> Iterator[str]:
    yield f"BEGIN:{component.name}"
    ends = [name for name in _ENDS if name in component]
    times = list(_times(when, ends, floating_zone))
    yield from times if "DTSTART" in component else times[1:]
    for name, lines in component.lines.items():
        if name not in _REWRITTEN:
            yield from lines
    for inner in component.components:
        yield from _whole(inner)
    yield f"END:{component.name}"


def _whole(component: Component) -> Iterator[str]:
    yield f"BEGIN:{component.name}"
    for lines in component.lines.values():
        yield from lines
    for inner in component.components:
        yield from _whole(inner)
    yield f"END:{component.name}"


def _times(when: _When, ends: Iterable[str], floating_zone: ZoneInfo) -> Iterator[str]:
    """Yield DTSTART, then the ends that the component has, then RECURRENCE-ID."""
    yield f"DTSTART{_value(when.start, when, floating_zone)}"
    for name in ends:
        yield f"{name}{_value(when.end, when, floating_zone)}"
    if when.recurrence_id is not None:
        as_date = "" if "T" in when.recurrence_id else ";VALUE=DATE"
        yield f"RECURRENCE-ID{as_date}:{when.recurrence_id}"


def _value(instant: int, when: _When, floating_zone: ZoneInfo) -> str:
    if when.all_day:
        return f";VALUE=DATE:{datetime.fromtimestamp(instant, floating_zone):%Y%m%d}"
    if when.floating:
        return f":{datetime.fromtimestamp(instant, floating_zone):%Y%m%dT%H%M%S}"
    return f":{datetime.fromtimestamp(instant, UTC):%Y%m%dT%H%M%SZ}"
