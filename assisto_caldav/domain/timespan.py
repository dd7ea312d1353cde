"""The time that one component takes, as RFC 4791 §9.9 matches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assisto_caldav.domain.moments import parse_duration
from assisto_caldav.domain.object_checks import only_moment

if TYPE_CHECKING:
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.moments import Moment
    from assisto_caldav.domain.timezones import Zone, Zones

# A day inside the years that datetime has, so that any zone can show them.
MIN_INSTANT = int(datetime(1, 1, 2, tzinfo=UTC).timestamp())
MAX_INSTANT = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timespan:
    """A start with a length in wall time, and the exact end if one is written.

    The length is nominal: an event of the night in which clocks change ends
    when the clock shows it, as calendar apps draw it.
    """

    start: Moment
    length: timedelta
    end: Moment | None

    def instants(self, floating_zone: Zone) -> tuple[int, int]:
        """Return start and end of the component itself."""
        start = self.start.instant(floating_zone)
        if self.end is None:
            return start, end_after(self.start, self.length, floating_zone)
        return start, max(start, self.end.instant(floating_zone))


def end_after(start: Moment, length: timedelta, floating_zone: Zone) -> int:
    """Return the instant at which the clock shows ``length`` later."""
    begin = start.instant(floating_zone)
    try:
        end = start.at(start.local + length).instant(floating_zone)
    except OverflowError:
        return MAX_INSTANT
    if end <= begin and length:
        # It starts in an hour that the clocks skip, and so begins after it.
        return min(begin + int(length.total_seconds()), MAX_INSTANT)
    return min(end, MAX_INSTANT)


def timespan(component: Component, zones: Zones, floating_zone: Zone) -> Timespan | None:
    """Return what DTSTART and the end of a component say, or None without DTSTART."""
    start = only_moment(component, "DTSTART", zones)
    if start is None:
        return None
    end = only_moment(component, {"VEVENT": "DTEND", "VTODO": "DUE"}.get(component.name, ""), zones)
    if end is not None:
        length = between(start, end, floating_zone)
        if start.is_date and not length:
            # Some apps write a day's own date as its end.
            return Timespan(start, _DAY, None)
        return Timespan(start, max(length, timedelta()), end)
    if component.name != "VJOURNAL" and "DURATION" in component:
        return Timespan(start, parse_duration(component.value("DURATION")), None)
    lasts_a_day = start.is_date and component.name != "VTODO"
    return Timespan(start, _DAY if lasts_a_day else timedelta(), None)


def between(start: Moment, end: Moment, floating_zone: Zone) -> timedelta:
    """Return the wall time between two moments of one zone, else the exact time."""
    if start.zone is end.zone:
        length = end.local - start.local
    else:
        length = timedelta(seconds=end.instant(floating_zone) - start.instant(floating_zone))
    return length


def undated_todo(component: Component, zones: Zones, floating_zone: Zone) -> tuple[int, int]:
    """Return when a VTODO without DTSTART matches, after the table in RFC 4791 §9.9."""
    found = {
        name: moment.instant(floating_zone)
        for name in ("DUE", "COMPLETED", "CREATED")
        if (moment := only_moment(component, name, zones)) is not None
    }
    if "DUE" in found:
        return found["DUE"] - 1, found["DUE"]
    if "COMPLETED" in found:
        # The table includes both ends of the window here.
        return min(found.values()) - 1, max(found.values()) + 1
    return found.get("CREATED", MIN_INSTANT), MAX_INSTANT


def widen(component: Component, start: int, end: int) -> tuple[int, int]:
    """Return what the same table matches, of the time that an instance has as it is written."""
    if component.name != "VTODO":
        return start, end
    if "DUE" in component:
        return (start - 1, start + 1) if start == end else (start, end)
    if "DURATION" in component:
        return (start, end + 1) if end > start else (start - 1, start + 1)
    return start, end


def unwiden(component: Component, start: int, end: int) -> tuple[int, int]:
    """Return the time that an instance has as it is written, of what matches.

    A VTODO with DUE alone begins and ends there.
    """
    if component.name != "VTODO":
        return start, end
    if "DTSTART" not in component:
        return end, end
    if "DUE" in component:
        return (start + 1, end - 1) if _is_due_at_start(component) else (start, end)
    if "DURATION" in component:
        point = not parse_duration(component.value("DURATION"))
        return (start + 1, start + 1) if point else (start, end - 1)
    return start, end


def _is_due_at_start(component: Component) -> bool:
    due = component.value("DUE")
    return "T" in due and due == component.value("DTSTART")
