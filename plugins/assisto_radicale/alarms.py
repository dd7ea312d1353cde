"""When the alarms of a component go off (RFC 4791 §9.9, RFC 5545 §3.6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.moments import parse_duration, parse_moment
from assisto_caldav.domain.recurrence import expand
from assisto_caldav.domain.timespan import MAX_INSTANT, MIN_INSTANT, unwiden
from assisto_radicale.limits import MAX_INSTANCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assisto_caldav.domain.calendar_object import CalendarObject
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.timezones import Zone

_MOST_REPEATS = 10_000


class _Repeats(NamedTuple):
    """How often an alarm goes off again, and how many seconds apart."""

    times: int
    apart: int

    @property
    def length(self) -> int:
        return self.times * self.apart

    def any_in(self, first: int, window: Interval) -> bool:
        """Tell whether one of them lies in the window, the first at ``first``."""
        if first >= window.start:
            return first < window.end
        if not self.length:
            return False
        # The first that is not before the window.
        number = -((first - window.start) // self.apart)
        return number <= self.times and first + number * self.apart < window.end


def goes_off_in(
    obj: CalendarObject, component: Component, alarm: Component, window: Interval, zone: Zone
) -> bool:
    """Tell whether an alarm goes off in a window, for any instance of its component.

    Raises:
        InvalidCalendarObjectError: It is broken, or there are too many instances.
    """
    trigger = alarm.property("TRIGGER")
    if trigger is None:
        return False
    repeats = _repeats(alarm)
    value = trigger.value.strip()
    if value[:1] not in ("P", "p", "+", "-"):
        at = parse_moment(value, trigger.param("TZID"), obj.zones).instant(zone)
        return repeats.any_in(at, window)
    offset = _seconds(value)
    is_at_end = trigger.param("RELATED").upper() == "END"
    # Instances that touch the window's edges count: their own time is looked at below.
    reach = Interval(
        max(window.start - offset - repeats.length - 2, MIN_INSTANT),
        max(min(window.end - offset + 2, MAX_INSTANT), MIN_INSTANT + 1),
    )
    return any(
        repeats.any_in((end if is_at_end else start) + offset, window)
        for start, end in _instances(obj, component, reach, zone)
    )


def _instances(
    obj: CalendarObject, component: Component, window: Interval, zone: Zone
) -> Iterator[tuple[int, int]]:
    if "DTSTART" not in component and "DUE" not in component:
        return
    for one in expand(obj, window, floating_zone=zone, max_instances=MAX_INSTANCES):
        if obj.components[one.component_index].number == component.number:
            yield unwiden(component, one.start, one.end)


def _repeats(alarm: Component) -> _Repeats:
    if "REPEAT" not in alarm or "DURATION" not in alarm:
        return _Repeats(0, 0)
    count = alarm.value("REPEAT")
    apart = _seconds(alarm.value("DURATION"))
    if not count.isascii() or not count.isdigit() or apart <= 0:
        return _Repeats(0, 0)
    return _Repeats(min(int(count[:9]), _MOST_REPEATS), apart)


def _seconds(text: str) -> int:
    return int(parse_duration(text).total_seconds())
