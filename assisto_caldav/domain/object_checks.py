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
    from assisto_caldav.domain.object_limits import Limits
    from assisto_caldav.domain.timezones import Zones

_ONCE = ("UID", "DTSTART", "DTEND", "DUE", "DURATION", "RECURRENCE-ID")
_STAMPS = ("DTSTAMP", "CREATED", "LAST-MODIFIED", "COMPLETED")
_NUMBERS = ("SEQUENCE", "PRIORITY", "PERCENT-COMPLETE")
_INTEGER = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_DATED = ("DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "RDATE", "EXDATE")
_MOST_RULES = 50
_ENDS = {"VEVENT": "DTEND", "VTODO": "DUE"}
_UTC = ZoneInfo("UTC")


def check_component(component: Component, zones: Zones, limits: Limits) -> None:
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
    for name in filter(component.__contains__, _STAMPS):
        _read_moments(component, name, zones)
    if len(component.lines.get("ATTENDEE", ())) > limits.max_attendees:
        raise InvalidCalendarObjectError(
            f"It has more than {limits.max_attendees} attendees.",
            precondition="max-attendees-per-instance",
        )
    _check_dates(component, limits)
    _check_times(component, zones, limits)
    _check_recurrence(component, zones, limits)


def _read_moments(component: Component, name: str, zones: Zones) -> None:
    for _ in moments(component, name, zones):
        pass


def _check_dates(component: Component, limits: Limits) -> None:
    """Check number and years of the dates before any is read: a list may have megabytes."""
    for name in _DATED:
        if name not in component:
            continue
        values = [
            value
            for line in component.lines[name]
            for value in line.rpartition(":")[2].split(",", limits.max_rdates)
        ]
        if len(values) > limits.max_rdates:
            raise InvalidCalendarObjectError(
                f"It has more than {limits.max_rdates} values of {name}.",
                precondition="max-instances",
            )
        for value in values:
            year = value.strip()[:4]
            if year.isascii() and year.isdigit():
                _check_year(name, int(year), limits)


def _check_year(name: str, year: int, limits: Limits) -> None:
    if year < limits.min_year:
        raise InvalidCalendarObjectError(
            f"Its {name} is before the year {limits.min_year}.", precondition="min-date-time"
        )
    if year > limits.max_year:
        raise InvalidCalendarObjectError(
            f"Its {name} is after the year {limits.max_year}.", precondition="max-date-time"
        )


def _check_times(component: Component, zones: Zones, limits: Limits) -> None:
    start = only_moment(component, "DTSTART", zones)
    # A VTODO with RRULE and DUE alone, as some task apps write it, is taken.
    if start is None and component.name == "VEVENT":
        raise InvalidCalendarObjectError("It has no DTSTART.")
    if "DURATION" in component:
        _check_duration(parse_duration(component.value("DURATION")), start, limits)
    end_name = _ENDS.get(component.name, "")
    end = only_moment(component, end_name, zones)
    if start is None or end is None:
        return
    if start.is_date != end.is_date:
        raise InvalidCalendarObjectError(f"DTSTART and {end_name} are of different types.")
    comparable = (start.zone is None) == (end.zone is None)
    if comparable and end.instant(_UTC) < start.instant(_UTC):
        raise InvalidCalendarObjectError(f"Its {end_name} is before its DTSTART.")


def _check_duration(length: timedelta, start: Moment | None, limits: Limits) -> None:
    if length < timedelta():
        raise InvalidCalendarObjectError("Its DURATION is negative.")
    if start is not None and length.days > (limits.max_year + 1 - start.local.year) * 366:
        raise InvalidCalendarObjectError(
            f"It ends after the year {limits.max_year}.", precondition="max-date-time"
        )


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


def _check_recurrence(component: Component, zones: Zones, limits: Limits) -> None:
    if len(component.lines.get("RRULE", ())) > _MOST_RULES:
        raise InvalidCalendarObjectError(
            f"It has more than {_MOST_RULES} rules.", precondition="max-instances"
        )
    counted = sum(rule.count or 0 for rule in rules_of(component))
    counted += sum(1 for _ in moments(component, "RDATE", zones))
    _read_moments(component, "EXDATE", zones)
    if counted > limits.max_instances:
        raise InvalidCalendarObjectError(
            f"It has more than {limits.max_instances} instances.", precondition="max-instances"
        )


def recurrence_id_of(component: Component, zones: Zones) -> str | None:
    """Return the canonical RECURRENCE-ID (a DATE, UTC, or floating), or None for a master."""
    found = only_moment(component, "RECURRENCE-ID", zones)
    return None if found is None else found.value(_UTC)
