"""What makes one VEVENT, VTODO or VJOURNAL valid (RFC 5545 §3.6)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assisto_caldav.domain.moments import moments, parse_duration
from assisto_caldav.domain.recurrence_rule import rules_of
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.moments import Moment
    from assisto_caldav.domain.timezones import Zones

_ONCE = ("UID", "DTSTART", "DTEND", "DUE", "DURATION", "RECURRENCE-ID")
_STAMPS = ("DTSTAMP", "CREATED", "LAST-MODIFIED", "COMPLETED")
_NUMBERS = ("SEQUENCE", "PRIORITY", "PERCENT-COMPLETE")
_INTEGER = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_ENDS = {"VEVENT": "DTEND", "VTODO": "DUE"}
_UTC = ZoneInfo("UTC")


def check_component(component: Component, zones: Zones, *, max_instances: int) -> None:
    """Check all that we read of a component.

    Raises:
        InvalidCalendarObjectError: The first thing found wrong.
    """
    for name in _ONCE:
        if len(component.lines.get(name, ())) > 1:
            raise InvalidCalendarObjectError(f"It has more than one {name}.")
    for name in _NUMBERS:
        if name in component and not _INTEGER.fullmatch(component.value(name)):
            raise InvalidCalendarObjectError(f"Its {name} is no number.")
    for name in _STAMPS:
        for _ in moments(component, name, zones):
            pass
    _check_times(component, zones)
    _check_recurrence(component, zones, max_instances)


def _check_times(component: Component, zones: Zones) -> None:
    start = only_moment(component, "DTSTART", zones)
    # A VTODO with RRULE and DUE alone, as some task apps write it, is taken.
    if start is None and component.name == "VEVENT":
        raise InvalidCalendarObjectError("It has no DTSTART.")
    if "DURATION" in component and parse_duration(component.value("DURATION")) < timedelta():
        raise InvalidCalendarObjectError("Its DURATION is negative.")
    end_name = _ENDS.get(component.name, "")
    end = only_moment(component, end_name, zones)
    if start is None or end is None:
        return
    if start.is_date != end.is_date:
        raise InvalidCalendarObjectError(f"DTSTART and {end_name} are of different types.")
    comparable = (start.zone is None) == (end.zone is None)
    if comparable and end.instant(_UTC) < start.instant(_UTC):
        raise InvalidCalendarObjectError(f"Its {end_name} is before its DTSTART.")


def only_moment(component: Component, name: str, zones: Zones) -> Moment | None:
    """Return the date or time of a property that has one value, or None without it.

    Raises:
        InvalidCalendarObjectError: It is there and has none, or several.
    """
    if name not in component:
        return None
    found = list(moments(component, name, zones))
    if len(found) != 1:
        raise InvalidCalendarObjectError(f"Its {name} is no date or time.")
    return found[0]


def _check_recurrence(component: Component, zones: Zones, max_instances: int) -> None:
    rules_of(component)
    for name in ("RDATE", "EXDATE"):
        # Count before reading: a list may have megabytes.
        count = sum(line.count(",") + 1 for line in component.lines.get(name, ()))
        if count > max_instances:
            raise InvalidCalendarObjectError(
                f"It has more than {max_instances} values of {name}.",
                precondition="max-instances",
            )
        for _ in moments(component, name, zones):
            pass


def recurrence_id_of(component: Component, zones: Zones) -> str | None:
    """Return the canonical RECURRENCE-ID (a DATE, UTC, or floating), or None for a master."""
    found = only_moment(component, "RECURRENCE-ID", zones)
    return None if found is None else found.value(_UTC)
