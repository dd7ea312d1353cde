"""In which zone all-day and floating times are read (RFC 4791 §7.3, RFC 7809 §5.2).

The zone of the query comes first, then that of the calendar, then that of the
institution. The occurrence index was written in the last one: its rows are
moved when another one is asked for.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.domain.calendar_timezone import read_calendar_timezone
from assisto_caldav.domain.component import parse_components
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.localtime import zone
from assisto_caldav.domain.object_zone import ObjectZone
from assisto_caldav.domain.recurrence import is_in
from assisto_caldav.domain.timespan import MAX_INSTANT, MIN_INSTANT
from assisto_caldav.domain.timezones import instant_in
from assisto_caldav.errors import InvalidCalendarObjectError, InvalidInputError
from assisto_radicale.dead_properties import plain_text
from assisto_radicale.translate import RefusedError
from assisto_radicale.xmltext import caldav

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from assisto_caldav.domain.collection import Collection, IndexedOccurrence
    from assisto_caldav.domain.timezones import Zone
    from assisto_caldav.ports import Ports, Unit

# Two clocks never differ by more than from UTC-12 to UTC+14, and an hour each.
_WIDEST = 28 * 3600


class Place(NamedTuple):
    """Where a query looks, and how all-day and floating times are read there.

    ``index_zone`` is the zone in which the occurrence index was written.
    """

    unit: Unit
    collection: Collection
    floating_zone: Zone
    index_zone: ZoneInfo

    @property
    def reads_as_indexed(self) -> bool:
        """Tell whether the rows of the index stand as they are."""
        return self.floating_zone is self.index_zone


def open_place(
    ports: Ports, unit: Unit, collection: Collection, asked: Zone | None = None
) -> Place:
    """Return the place to look; ``asked`` is the zone of the query, if it names one."""
    institution = ports.config.current().institutions.get(collection.institution)
    indexed = zone(institution.zone if institution else "UTC")
    return Place(unit, collection, asked or _zone_of(collection) or indexed, indexed)


def read_zone(report: ET.Element) -> Zone | None:
    """Return the zone that a report names (RFC 4791 §9.8, RFC 7809 §4.3), or None.

    Raises:
        RefusedError: ``valid-timezone`` or ``valid-calendar-data``.
        InvalidInputError: It names two.
    """
    text, name = report.find(caldav("timezone")), report.find(caldav("timezone-id"))
    if name is not None:
        if text is not None:
            raise InvalidInputError("There are two time zones.")
        try:
            return zone((name.text or "").strip())
        except InvalidInputError as exc:
            raise RefusedError(caldav("valid-timezone")) from exc
    if text is None:
        return None
    try:
        return _read(text.text or "")
    except InvalidCalendarObjectError as exc:
        raise RefusedError(caldav("valid-calendar-data")) from exc


@lru_cache(maxsize=64)
def _read(text: str) -> Zone:
    known = read_calendar_timezone(text)
    if known is not None:
        return known
    [calendar] = parse_components(text.strip())
    return ObjectZone(calendar.components[0])


def _zone_of(collection: Collection) -> Zone | None:
    """Return the zone of a calendar; one that cannot be read is none."""
    name = collection.props.get("C:calendar-timezone-id")
    text = collection.props.get("C:calendar-timezone")
    try:
        if name:
            return zone(plain_text(name).strip())
        return _read(plain_text(text)) if text else None
    except (InvalidInputError, InvalidCalendarObjectError):
        return None


def around(place: Place, window: Interval) -> Interval:
    """Return the part of the index in which instances of a window may stand."""
    if place.reads_as_indexed:
        return window
    return Interval(
        max(window.start - _WIDEST, MIN_INSTANT), min(window.end + _WIDEST, MAX_INSTANT)
    )


def occurrences_at(place: Place, window: Interval) -> Iterator[tuple[str, IndexedOccurrence]]:
    """Yield (object id, occurrence) pairs of the index that lie in the window as it is read."""
    rows = place.unit.objects.occurrences([place.collection.id], around(place, window))
    if place.reads_as_indexed:
        yield from rows
        return
    for object_id, row in rows:
        found = row
        if row.is_all_day or row.is_floating:
            found = replace(row, start=moved(place, row.start), end=moved(place, row.end))
        if is_in(window, found.start, found.end):
            yield object_id, found


def moved(place: Place, instant: int) -> int:
    """Return when it is here what the clocks of the index's zone show at an instant."""
    if not MIN_INSTANT < instant < MAX_INSTANT:
        return instant
    wall = datetime.fromtimestamp(instant, place.index_zone).replace(tzinfo=None)
    return instant_in(place.floating_zone, wall)
