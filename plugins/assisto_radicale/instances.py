"""Instances of stored objects that lie outside the occurrence index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.recurrence import expand
from assisto_caldav.usecases.object_index import Member, occurrences_in
from assisto_radicale.limits import MAX_INSTANCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assisto_caldav.domain.collection import Collection, StoredObject
    from assisto_caldav.domain.timezones import Zone


def has_instance_in(item: StoredObject, window: Interval, floating_zone: Zone) -> bool:
    """Tell whether an object has an instance in a window.

    Raises:
        InvalidCalendarObjectError: It has too many to look through.
    """
    found = parse_calendar_object(item.text.encode())
    return bool(expand(found, window, floating_zone=floating_zone, max_instances=MAX_INSTANCES))


def busy_times(
    collection: Collection, item: StoredObject, window: Interval, floating_zone: Zone
) -> Iterator[tuple[str, Interval]]:
    """Yield FBTYPE and time of an object's instances that take time in a window.

    Raises:
        InvalidCalendarObjectError: It has too many to look through.
    """
    member = Member(
        collection=collection,
        href=item.href,
        item=parse_calendar_object(item.text.encode()),
        appointment=item.appointment,
        services=item.services,
    )
    found = occurrences_in(member, window, floating_zone, max_instances=MAX_INSTANCES)
    for occurrence in found:
        if occurrence.fbtype != "FREE" and occurrence.start < occurrence.end:
            yield occurrence.fbtype, Interval(occurrence.start, occurrence.end)
