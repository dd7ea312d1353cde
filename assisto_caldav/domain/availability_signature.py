"""What a rule opens, in a form in which two of them can be compared."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from assisto_caldav.domain.availability_text import (
    anchored,
    instance_named,
    is_cancelled,
    last_instant_of,
)
from assisto_caldav.domain.calendar_object import CalendarObject
from assisto_caldav.domain.component import Component
from assisto_caldav.domain.moments import Moment, moments, periods
from assisto_caldav.domain.object_checks import only_moment
from assisto_caldav.domain.recurrence_rule import RecurrenceRule, rules_of
from assisto_caldav.domain.timespan import timespan

Signature = frozenset[tuple[object, ...]]
_MONTH = timedelta(days=30)


def signature(item: CalendarObject, zone: ZoneInfo, *, now: int) -> Signature:
    """Return what a rule opens: equal for two that open the same in the same way.

    How it is written makes no difference: DTEND or DURATION, a floating time
    or the institution's zone, a cancelled instance or its EXDATE. Nor do
    exceptions before ``now``.
    """
    master = item.master
    span = timespan(master, item.zones, zone) if master else None
    series = anchored(span.start, zone) if span else None
    gone = [
        moment
        for part in item.overrides
        if is_cancelled(part) and (moment := only_moment(part, "RECURRENCE-ID", item.zones))
    ]
    found: set[tuple[object, ...]] = set()
    for part in item.components:
        if not is_cancelled(part):
            found.add(_of_part(item, part, zone, series, (gone, now)))
    return frozenset(found)


def _of_part(
    item: CalendarObject,
    part: Component,
    zone: ZoneInfo,
    series: Moment | None,
    exceptions: tuple[list[Moment], int],
) -> tuple[object, ...]:
    span = timespan(part, item.zones, zone)
    if span is None:
        return ()
    start = anchored(span.start, zone)
    own = only_moment(part, "RECURRENCE-ID", item.zones)
    if own is not None:
        instance = instance_named(own, series or start).instant(zone)
        named = part.property("RECURRENCE-ID")
        reach = named.param("RANGE").upper() if named else ""
        return (instance, reach, start.instant(zone), span.length)
    gone, now = exceptions
    out = [
        instance_named(moment, start).instant(zone)
        for moment in (*moments(part, "EXDATE", item.zones), *gone)
    ]
    more = frozenset(
        (instance_named(moment, start).instant(zone), _length(moment, end, zone))
        for moment, end in periods(part, "RDATE", item.zones)
    )
    rules = tuple(_of_rule(rule, span.start, zone) for rule in rules_of(part))
    clocks = _clocks(start, zone) if rules else ""
    past = frozenset(instant for instant in out if instant >= now)
    return (start.instant(zone), span.length, clocks, rules, more, past)


def _length(moment: Moment, end: Moment | timedelta | None, zone: ZoneInfo) -> object:
    if isinstance(end, Moment):
        return timedelta(seconds=end.instant(zone) - moment.instant(zone))
    return end


def _of_rule(rule: RecurrenceRule, start: Moment, zone: ZoneInfo) -> tuple[object, ...]:
    by_day = rule.by_day
    if rule.frequency == "WEEKLY" and not by_day:
        by_day = ((0, start.local.weekday()),)
    return (
        rule.frequency,
        rule.interval,
        rule.count,
        last_instant_of(rule, start, zone),
        # Where a week begins matters only to those who leave weeks out.
        rule.week_start if rule.interval > 1 or "BYWEEKNO" in rule.by else 0,
        tuple(sorted(set(by_day))),
        tuple(sorted(rule.by.items())),
    )


def _clocks(start: Moment, zone: ZoneInfo) -> object:
    """Return the zone of a series: its name, or how its clocks go for a year."""
    own = start.zone or zone
    if isinstance(own, ZoneInfo):
        return own.key
    walls = (start.at(start.local + number * _MONTH) for number in range(13))
    return tuple(wall.instant(zone) for wall in walls)
