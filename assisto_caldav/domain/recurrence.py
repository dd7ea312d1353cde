"""The instances of a calendar object (RFC 5545 §3.8.5, RFC 4791 §9.9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assisto_caldav.domain.object_checks import only_moment
from assisto_caldav.domain.recurrence_rule import Budget, rules_of
from assisto_caldav.domain.series import Series
from assisto_caldav.domain.timespan import (
    MAX_INSTANT,
    MIN_INSTANT,
    timespan,
    undated_todo,
    widen,
)
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assisto_caldav.domain.calendar_object import CalendarObject
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.intervals import Interval
    from assisto_caldav.domain.timezones import Zone

_UTC = ZoneInfo("UTC")
_MAX_INSTANCES = 5_000
_DAY = 86_400
_RECURRING = ("RRULE", "RDATE", "EXDATE")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One instance of a calendar object, in UTC epoch seconds.

    ``end`` is not included, and equals ``start`` for an event without length,
    which matches a window that holds its start. ``recurrence_id`` is the
    canonical value (a DATE, UTC, or wall time if it floats), None for a
    component that does not recur. All-day and floating ones were read in the
    asker's zone. ``component_index`` is the place in ``CalendarObject.components``.
    """

    start: int
    end: int
    recurrence_id: str | None
    all_day: bool
    floating: bool
    component_index: int


def expand(
    obj: CalendarObject,
    window: Interval,
    *,
    floating_zone: Zone,
    max_instances: int = _MAX_INSTANCES,
) -> list[Occurrence]:
    """Return the instances that match a window, earliest first (RFC 4791 §9.9).

    Raises:
        InvalidCalendarObjectError: There are more than ``max_instances``, or
            finding them takes too long (precondition max-instances).
    """
    found = [
        occurrence
        for occurrence in _occurrences(obj, window, floating_zone, max_instances)
        if is_in(window, occurrence.start, occurrence.end)
    ]
    if len(found) > max_instances:
        raise InvalidCalendarObjectError(
            f"It has more than {max_instances} instances.", precondition="max-instances"
        )
    return sorted(found, key=lambda occurrence: (occurrence.start, occurrence.end))


def is_in(window: Interval, start: int, end: int) -> bool:
    """Tell whether an instance matches a window: one without length if it starts inside."""
    if start == end:
        return window.start <= start < window.end
    return start < window.end and window.start < end


def _occurrences(
    obj: CalendarObject, window: Interval, floating_zone: Zone, max_instances: int
) -> Iterator[Occurrence]:
    master = obj.master
    if master is None or not _may_recur(obj, master):
        for index in range(len(obj.components)):
            yield from _alone(obj, index, floating_zone, None)
        return
    series = Series(obj, master, floating_zone)
    for index in range(1, len(obj.components)):
        yield from _alone(obj, index, floating_zone, series)
    yield from _recurring(series, master, window, max_instances)


def _may_recur(obj: CalendarObject, master: Component) -> bool:
    many = len(obj.components) > 1 or any(name in master for name in _RECURRING)
    return many and "DTSTART" in master


def _recurring(
    series: Series, master: Component, window: Interval, max_instances: int
) -> Iterator[Occurrence]:
    recurs = "RRULE" in master or "RDATE" in master
    found = series.instances(window.start, window.end, max_instances=max_instances, budget=Budget())
    for instance in found:
        moment = instance.moment
        yield Occurrence(
            *widen(master, instance.start, instance.end),
            recurrence_id=instance.recurrence_id if recurs else None,
            all_day=moment.is_date,
            floating=moment.zone is None and not moment.is_date,
            component_index=instance.component_index,
        )


def _alone(
    obj: CalendarObject, index: int, floating_zone: Zone, series: Series | None
) -> Iterator[Occurrence]:
    """Yield what a component is by itself, unless EXDATE takes it away."""
    component = obj.components[index]
    own = only_moment(component, "RECURRENCE-ID", obj.zones)
    if own is not None and series is not None and series.excludes(own):
        return
    recurrence_id = None
    if own is not None:
        recurrence_id = series.key(own) if series else own.value(floating_zone)
    span = timespan(component, obj.zones, floating_zone)
    if span is None:
        if component.name == "VTODO":
            due = only_moment(component, "DUE", obj.zones)
            yield Occurrence(
                *undated_todo(component, obj.zones, floating_zone),
                recurrence_id=recurrence_id,
                all_day=due is not None and due.is_date,
                floating=due is not None and due.zone is None and not due.is_date,
                component_index=index,
            )
        return
    yield Occurrence(
        *widen(component, *span.instants(floating_zone)),
        recurrence_id=recurrence_id,
        all_day=span.start.is_date,
        floating=span.start.zone is None and not span.start.is_date,
        component_index=index,
    )


def is_endless(obj: CalendarObject) -> bool:
    """Tell whether a rule of the object has neither COUNT nor UNTIL."""
    return obj.master is not None and any(rule.is_endless for rule in rules_of(obj.master))


def last_instant(obj: CalendarObject, *, max_instances: int = _MAX_INSTANCES) -> int | None:
    """Return when the last instance ends, in whatever zone it is read.

    Exact for COUNT, an upper bound for UNTIL, and a day later for all-day and
    floating times. None means that it is endless, or has so many instances
    that it must be treated so. An object that never matches ends at its start
    of time.
    """
    lasts = [MIN_INSTANT]
    try:
        if obj.master is not None and ("RRULE" in obj.master or "RDATE" in obj.master):
            series = Series(obj, obj.master, _UTC)
            last = series.last_end(max_instances=max_instances, budget=Budget())
            if last is None:
                return None
            lasts.append(min(last + _DAY, MAX_INSTANT) if series.floats else last)
            singles = range(1, len(obj.components))
        else:
            singles = range(len(obj.components))
        for index in singles:
            for found in _alone(obj, index, _UTC, None):
                shift = _DAY if found.all_day or found.floating else 0
                lasts.append(min(found.end + shift, MAX_INSTANT))
    except InvalidCalendarObjectError:
        return None
    return max(lasts)
