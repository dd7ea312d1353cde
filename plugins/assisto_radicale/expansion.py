"""Calendar objects with their instances written out one by one (RFC 4791 §9.6.5).

Times are in UTC, so no VTIMEZONE is needed; DATEs stay DATEs, and floating
times float. Most objects hold plain VEVENTs, and the occurrence index knows
their instances: those are put together from the stored lines, without a parser.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.content_lines import fold
from assisto_caldav.domain.recurrence import expand, is_in
from assisto_caldav.domain.timespan import unwiden
from assisto_radicale.event_blocks import REWRITTEN, blocks_of
from assisto_radicale.floating import around, moved
from assisto_radicale.limits import MAX_INSTANCES, MAX_WRITTEN
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import dav

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from assisto_caldav.domain.calendar_object import CalendarObject
    from assisto_caldav.domain.collection import StoredObject
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.intervals import Interval
    from assisto_radicale.floating import Place

_ENDS = ("DTEND", "DUE")
_HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Assisto CalDAV//DE\r\n"
_TAIL = "END:VCALENDAR\r\n"


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
        self._written = 0

    @cached_property
    def _indexed(self) -> Mapping[str, list[_When]]:
        found: dict[str, list[_When]] = defaultdict(list)
        place = self._place
        rows = place.unit.objects.occurrences([place.collection.id], around(place, self._window))
        for object_id, one in rows:
            when = _When(one.start, one.end, one.recurrence_id, one.is_all_day, one.is_floating)
            if place.reads_as_indexed or self._is_wanted(when):
                found[object_id].append(when)
        return found

    def _is_wanted(self, when: _When) -> bool:
        """Tell whether an instance lies in the window in the zone that was asked for."""
        start, end = when.start, when.end
        if when.all_day or when.floating:
            start, end = moved(self._place, start), moved(self._place, end)
        return is_in(self._window, start, end)

    def _count(self, instances: int) -> None:
        self._written += instances
        if self._written > MAX_WRITTEN:
            raise RefusedError(dav("number-of-matches-within-limits"))

    def _is_indexed(self, item: StoredObject) -> bool:
        return (item.expanded_until is None or item.expanded_until >= self._window.end) and (
            item.expanded_from is None or item.expanded_from <= self._window.start
        )

    def text_of(self, item: StoredObject) -> str:
        """Return the object expanded.

        Raises:
            InvalidCalendarObjectError: It has too many instances.
            RefusedError: All of them have too many.
        """
        # Written in the zone of the index, so that a day stays the day that it is.
        zone = self._place.index_zone
        if self._is_indexed(item) and item.component == "VEVENT":
            instances = self._indexed.get(item.id, ())
            text = expand_lines(item.text, instances, zone)
            if text is not None:
                self._count(len(instances))
                return text
        found = parse_calendar_object(item.text.encode())
        wide = around(self._place, self._window)
        parsed = [one for one in _instances(found, wide, zone) if self._is_wanted(one[1])]
        self._count(len(parsed))
        return _write(parsed, zone)


def expand_lines(text: str, instances: Sequence[_When], floating_zone: ZoneInfo) -> str | None:
    """Return an object of plain VEVENTs expanded, None if it is not that simple."""
    blocks = blocks_of(text)
    if blocks is None:
        return None
    parts = [_HEAD]
    for when in instances:
        block = blocks.get(when.recurrence_id) or blocks.get(None)
        if block is None:
            return None
        ends = ("DTEND",) if block.has_end else ()
        lines = "\r\n".join(_times(when, ends, floating_zone))
        parts += ("BEGIN:VEVENT\r\n", lines, "\r\n", block.rest)
    return "".join([*parts, _TAIL])


def expand_parsed(text: str, window: Interval, floating_zone: ZoneInfo) -> str:
    """Return any object expanded.

    Raises:
        InvalidCalendarObjectError: It has too many instances.
    """
    found = parse_calendar_object(text.encode())
    return _write(_instances(found, window, floating_zone), floating_zone)


def _instances(
    found: CalendarObject, window: Interval, zone: ZoneInfo
) -> Iterator[tuple[Component, _When]]:
    for one in expand(found, window, floating_zone=zone, max_instances=MAX_INSTANCES):
        component = found.components[one.component_index]
        yield component, _When(one.start, one.end, one.recurrence_id, one.all_day, one.floating)


def _write(instances: Iterable[tuple[Component, _When]], zone: ZoneInfo) -> str:
    parts = [_HEAD]
    for component, when in instances:
        parts += [fold(line) for line in _instance(component, when, zone)]
    return "".join([*parts, _TAIL])


def _instance(component: Component, when: _When, floating_zone: ZoneInfo) -> Iterator[str]:
    yield f"BEGIN:{component.name}"
    ends = [name for name in _ENDS if name in component]
    start, end = unwiden(component, when.start, when.end)
    when = when._replace(start=start, end=end)
    times = list(_times(when, ends, floating_zone))
    yield from times if "DTSTART" in component else times[1:]
    for name, lines in component.lines.items():
        if name not in REWRITTEN:
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
    # Twice as fast as strftime, and asked for each instance.
    utc = datetime.fromtimestamp(instant, UTC).isoformat()
    return f":{utc[:4]}{utc[5:7]}{utc[8:13]}{utc[14:16]}{utc[17:19]}Z"
