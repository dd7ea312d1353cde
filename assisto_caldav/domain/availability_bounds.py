"""A rule cut to what its VAVAILABILITY leaves of it (RFC 7953 §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from assisto_caldav.domain.calendar_object import CalendarObject, Limits, parse_calendar_object
from assisto_caldav.domain.content_lines import replace_properties
from assisto_caldav.domain.intervals import Interval, merge
from assisto_caldav.domain.moments import utc
from assisto_caldav.domain.recurrence import Occurrence, expand
from assisto_caldav.domain.timespan import MAX_INSTANT
from assisto_caldav.errors import InvalidCalendarObjectError

MOST_EXDATES = 400
_END_PARTS = re.compile(r";?(?:UNTIL|COUNT)=[^;]*", re.IGNORECASE)
_YEAR = 366 * 86_400


class UnmappableError(InvalidCalendarObjectError):
    """A valid VAVAILABILITY says what booking times cannot."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a VAVAILABILITY is in force: inside, without what others take away, from now on."""

    inside: Interval
    holes: tuple[Interval, ...]
    zone: ZoneInfo
    now: int

    @property
    def end(self) -> int:
        """Return when it ends for good."""
        endless = [hole.start for hole in self.holes if hole.end >= MAX_INSTANT]
        return min([self.inside.end, *endless])

    @property
    def gaps(self) -> list[Interval]:
        """Return the times to come, before its end, at which it is not in force."""
        found = [Interval(self.now, self.inside.start)] if self.inside.start > self.now else []
        found += [
            Interval(max(hole.start, self.now), min(hole.end, self.end))
            for hole in self.holes
            if max(hole.start, self.now) < min(hole.end, self.end)
        ]
        return merge(found)


def restrict(item: CalendarObject, bounds: Bounds, limits: Limits) -> CalendarObject | None:
    """Return the rule inside the bounds, None when nothing of it is left.

    Raises:
        InvalidCalendarObjectError: An instance lies across a border, or more
            of them fall out than a rule can name.
    """
    if bounds.end <= bounds.now:
        return None
    if bounds.end < MAX_INSTANT:
        found = _ended(item, bounds, limits)
        if found is None:
            return None
        item = found
    if not bounds.gaps:
        return item
    return _without_gaps(item, bounds, limits)


def _ended(item: CalendarObject, bounds: Bounds, limits: Limits) -> CalendarObject | None:
    around = Interval(bounds.end - 1, bounds.end + 1)
    if any(found.start < bounds.end < found.end for found in _expand(item, around, bounds, limits)):
        raise _across(bounds.end)
    later = _expand(item, Interval(bounds.end, bounds.end + 10 * _YEAR), bounds, limits)
    if not later:
        return item
    if not _expand(item, Interval(bounds.now, bounds.end), bounds, limits):
        return None
    if item.master is None or "RRULE" not in item.master:
        return _excluding(item, later, limits)
    rules = [found.value for found in item.master.properties("RRULE")]
    until = utc(bounds.end - 1)
    changed = [f"RRULE:{_END_PARTS.sub('', rule).lstrip(';')};UNTIL={until}" for rule in rules]
    text = replace_properties(item.text, item.master.number, {"RRULE": changed})
    cut = parse_calendar_object(text.encode(), limits=limits)
    rest = _expand(cut, Interval(bounds.end, bounds.end + 10 * _YEAR), bounds, limits)
    return _excluding(cut, rest, limits) if rest else cut


def _without_gaps(item: CalendarObject, bounds: Bounds, limits: Limits) -> CalendarObject | None:
    out: list[Occurrence] = []
    for gap in bounds.gaps:
        for found in _expand(item, gap, bounds, limits):
            if found.start < gap.start or gap.end < found.end:
                # What has begun already stays as it is.
                if found.start < bounds.now:
                    continue
                raise _across(gap.start if found.start < gap.start else gap.end)
            out.append(found)
    if not out:
        return item
    if item.master is None or not {"RRULE", "RDATE"} & set(item.master.lines):
        return None
    return _excluding(item, out, limits)


def _excluding(item: CalendarObject, out: list[Occurrence], limits: Limits) -> CalendarObject:
    """Return the rule with an EXDATE for each of these instances."""
    if len(out) > MOST_EXDATES:
        raise UnmappableError(
            f"Mehr als {MOST_EXDATES} einzelne Tage lassen sich aus einer Buchungszeit nicht"
            " herausnehmen."
        )
    if item.master is None:
        raise UnmappableError("Einzelne Termine ohne ihre Serie lassen sich nicht begrenzen.")
    lines = [*item.master.lines.get("EXDATE", ()), *_exdates(out)]
    text = replace_properties(item.text, item.master.number, {"EXDATE": lines})
    return parse_calendar_object(text.encode(), limits=limits)


def _exdates(out: list[Occurrence]) -> Iterator[str]:
    for found in out:
        value = found.recurrence_id or utc(found.start)
        yield f"EXDATE{';VALUE=DATE' if 'T' not in value else ''}:{value}"


def _expand(
    item: CalendarObject, window: Interval, bounds: Bounds, limits: Limits
) -> list[Occurrence]:
    return expand(item, window, floating_zone=bounds.zone, max_instances=limits.max_instances)


def _across(border: int) -> UnmappableError:
    return UnmappableError(
        f"Eine Zeit reicht über die Grenze der Verfügbarkeit ({utc(border)}) hinweg;"
        " eine Buchungszeit kann nicht in der Mitte enden."
    )
