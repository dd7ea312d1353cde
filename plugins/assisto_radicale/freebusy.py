"""free-busy-query (RFC 4791 §7.10), from the occurrence index."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from assisto_caldav.domain.freebusy import combine
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.moments import utc
from assisto_caldav.errors import AssistoError
from assisto_radicale.floating import around, occurrences_at
from assisto_radicale.instances import busy_times
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import dav

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assisto_radicale.floating import Place

logger = logging.getLogger("assisto.dav")
MAX_PERIODS = 100_000
"""Busy instances that one answer is made from: about a second of work."""


def busy_periods(place: Place, window: Interval) -> dict[str, list[Interval]]:
    """Return merged periods by FBTYPE, inside the window and clear of each other.

    Only what the collection holds: availability is a matter of the calendar
    user, so it counts in answers of the outbox (RFC 7953 §7.2.3, §7.2.4).

    Raises:
        RefusedError: The window has more instances than we look through.
    """
    return combine(_bounded(_taken(place, window)), window)


def _bounded(periods: Iterable[tuple[str, Interval]]) -> Iterator[tuple[str, Interval]]:
    for count, period in enumerate(periods):
        if count >= MAX_PERIODS:
            raise _too_many()
        yield period


def _too_many() -> RefusedError:
    """Return the postcondition that fails (RFC 4791 §7.10): to leave some out would say "free"."""
    return RefusedError(dav("number-of-matches-within-limits"))


def _taken(place: Place, window: Interval) -> Iterator[tuple[str, Interval]]:
    collection = place.collection
    for _, occurrence in occurrences_at(place, window):
        if occurrence.fbtype != "FREE" and occurrence.start < occurrence.end:
            yield occurrence.fbtype, Interval(occurrence.start, occurrence.end)
    for item in place.unit.objects.unexpanded([collection.id], around(place, window)):
        try:
            yield from busy_times(collection, item, window, place.floating_zone)
        except AssistoError as exc:
            if exc.precondition == "max-instances":
                raise _too_many() from exc
            logger.warning("A stored object cannot be expanded: %s", item.id)


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
