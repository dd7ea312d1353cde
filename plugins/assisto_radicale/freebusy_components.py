"""VFREEBUSY as something that is stored: time ranges and ``limit-freebusy-set``.

RFC 4791 §9.6.7, §9.9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.content_lines import fold, iter_lines, line_end_of, parse_line
from assisto_caldav.domain.moments import Moment, parse_duration, parse_moment, periods
from assisto_caldav.domain.object_checks import only_moment
from assisto_caldav.domain.timezones import Zones
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.content_lines import Property
    from assisto_caldav.domain.intervals import Interval
    from assisto_caldav.domain.timezones import Zone


def is_busy_in(component: Component, window: Interval, zones: Zones, zone: Zone) -> bool:
    """Tell whether a VFREEBUSY overlaps a window.

    Raises:
        InvalidCalendarObjectError: Its times cannot be read.
    """
    start, end = (only_moment(component, name, zones) for name in ("DTSTART", "DTEND"))
    if start is not None and end is not None:
        # The table in §9.9 includes the end here.
        return window.start <= end.instant(zone) and window.end > start.instant(zone)
    for begin, length in periods(component, "FREEBUSY", zones):
        first = begin.instant(zone)
        last = length.instant(zone) if isinstance(length, Moment) else first
        if length is not None and not isinstance(length, Moment):
            last = first + int(length.total_seconds())
        if window.start < last and window.end > first:
            return True
    return False


def limit_freebusy(text: str, window: Interval) -> str:
    """Return an object with the periods of FREEBUSY alone that overlap a window."""
    if "FREEBUSY" not in text.upper():
        return text
    parts: list[str] = []
    position = 0
    for line in iter_lines(text):
        if line.name != "FREEBUSY" or line.path[-1] != "VFREEBUSY":
            continue
        found = parse_line(line.text)
        values = found.value.split(",")
        kept = list(_overlapping(found, window))
        if kept == values:
            continue
        parts.append(text[position : line.start])
        position = line.end
        if kept:
            head = line.text[: len(line.text) - len(found.value)]
            parts.append(fold(head + ",".join(kept), line_end_of(text)))
    return "".join((*parts, text[position:]))


def _overlapping(found: Property, window: Interval) -> Iterator[str]:
    for value in found.value.split(","):
        first, last = _period(value)
        if window.start < last and window.end > first:
            yield value


def _period(value: str) -> tuple[int, int]:
    """Return the instants of a PERIOD, which is in UTC (RFC 5545 §3.8.2.6)."""
    start, _, end = value.strip().partition("/")
    first = _instant(start)
    if end[:1] in ("P", "p", "+"):
        return first, first + int(parse_duration(end).total_seconds())
    return first, _instant(end)


def _instant(text: str) -> int:
    moment = parse_moment(text, "", Zones())
    if moment.zone is None:
        raise InvalidCalendarObjectError(f"{text[:40]!r} is not in UTC.")
    return moment.instant(moment.zone)
