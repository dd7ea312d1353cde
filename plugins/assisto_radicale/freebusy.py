"""free-busy-query (RFC 4791 §7.10), from the occurrence index."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assisto_caldav.domain.intervals import Interval, clip, merge, subtract
from assisto_caldav.errors import AssistoError
from assisto_radicale.instances import busy_times

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assisto_radicale.query import Place

logger = logging.getLogger("assisto.dav")
_STRONGEST_FIRST = ("BUSY", "BUSY-UNAVAILABLE", "BUSY-TENTATIVE")


def busy_periods(place: Place, window: Interval) -> dict[str, list[Interval]]:
    """Return merged periods by FBTYPE, inside the window and clear of each other."""
    found: dict[str, list[Interval]] = {name: [] for name in _STRONGEST_FIRST}
    for fbtype, period in _taken(place, window):
        found.setdefault(fbtype, []).append(period)
    stronger: list[Interval] = []
    for fbtype, periods in found.items():
        found[fbtype] = subtract(clip(merge(periods), window), stronger)
        stronger += found[fbtype]
    return {fbtype: periods for fbtype, periods in found.items() if periods}


def _taken(place: Place, window: Interval) -> Iterator[tuple[str, Interval]]:
    collection = place.collection
    for _, occurrence in place.unit.objects.occurrences([collection.id], window):
        if occurrence.fbtype != "FREE" and occurrence.start < occurrence.end:
            yield occurrence.fbtype, Interval(occurrence.start, occurrence.end)
    for item in place.unit.objects.unexpanded([collection.id], window):
        try:
            yield from busy_times(collection, item, window, place.floating_zone)
        except AssistoError:
            logger.warning("A stored object cannot be expanded: %s", item.id)


def utc(instant: int) -> str:
    """Return an instant as a UTC DATE-TIME."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y%m%dT%H%M%SZ")


def vfreebusy(busy: dict[str, list[Interval]], window: Interval, *, now: int) -> str:
    """Return the busy periods as an iCalendar text with one VFREEBUSY."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Assisto CalDAV//DE",
        "BEGIN:VFREEBUSY",
        f"DTSTAMP:{utc(now)}",
        f"DTSTART:{utc(window.start)}",
        f"DTEND:{utc(window.end)}",
        *_lines(busy.items()),
        "END:VFREEBUSY",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines)


def _lines(busy: Iterable[tuple[str, list[Interval]]]) -> Iterator[str]:
    # One period a line keeps every line under 75 octets.
    for fbtype, periods in busy:
        for period in periods:
            yield f"FREEBUSY;FBTYPE={fbtype}:{utc(period.start)}/{utc(period.end)}"
