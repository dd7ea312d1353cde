"""``limit-recurrence-set``: a series without the overrides nobody asked for (RFC 4791 §9.6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.content_lines import iter_lines
from assisto_caldav.domain.object_checks import only_moment
from assisto_caldav.domain.recurrence import is_in
from assisto_caldav.domain.timespan import end_after, timespan
from assisto_radicale.collation import haystack_of

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from assisto_caldav.domain.calendar_object import CalendarObject
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.intervals import Interval
    from assisto_caldav.domain.timezones import Zone


def limit_recurrences(text: str, window: Interval, floating_zone: Zone) -> str:
    """Return an object with the master, and those overrides that bear on a window.

    An override bears on it by its own time, by the time of the instance that
    it replaces, or by changing all the later ones.

    Raises:
        InvalidCalendarObjectError: It cannot be read.
    """
    if "RECURRENCE-ID" not in haystack_of(text):
        return text
    obj = parse_calendar_object(text.encode())
    dropped = {
        override.number
        for override in obj.overrides
        if not _bears_on(obj, override, window, floating_zone)
    }
    return _without(text, dropped) if dropped else text


def _bears_on(obj: CalendarObject, override: Component, window: Interval, zone: Zone) -> bool:
    replaced = only_moment(override, "RECURRENCE-ID", obj.zones)
    found = override.property("RECURRENCE-ID")
    own = timespan(override, obj.zones, zone)
    if replaced is None or found is None or own is None:
        return True
    if is_in(window, *own.instants(zone)):
        return True
    start = replaced.instant(zone)
    if found.param("RANGE").upper() == "THISANDFUTURE":
        return start < window.end
    usual = timespan(obj.master, obj.zones, zone) if obj.master else None
    length = usual.length if usual else own.length
    return is_in(window, start, end_after(replaced, length, zone))


def _without(text: str, dropped: AbstractSet[int]) -> str:
    parts: list[str] = []
    position = 0
    begun: int | None = None
    for line in iter_lines(text):
        if line.component in dropped and line.name == "BEGIN" and begun is None:
            begun = line.component
            parts.append(text[position : line.start])
        elif line.component == begun and line.name == "END":
            begun = None
            position = line.end
    return "".join((*parts, text[position:]))
