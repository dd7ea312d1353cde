"""A time zone as one VTIMEZONE describes it (RFC 5545 §3.6.5).

It belongs to the calendar object that it came with and to no other: icalendar
and vobject keep a process-wide table of TZIDs, in which the first upload wins.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assisto_caldav.domain.recurrence_rule import Budget, RecurrenceRule, parse_rule
from assisto_caldav.domain.rule_expansion import iter_starts
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assisto_caldav.domain.component import Component

_MAX_RDATES = 1000
_MAX_OBSERVANCES = 1000
_OFFSET = re.compile(r"([+-])(\d\d):?([0-5]\d):?([0-5]\d)?", re.ASCII)


class ObjectZone:
    """Reads wall times by the observances of one VTIMEZONE."""

    def __init__(self, vtimezone: Component) -> None:
        """Read the observances.

        Raises:
            InvalidCalendarObjectError: It has none, or one that says nothing.
        """
        self.key = vtimezone.value("TZID")
        self._observances = [
            _Observance(inner)
            for inner in vtimezone.components
            if inner.name in ("STANDARD", "DAYLIGHT")
        ]
        if not self._observances:
            raise InvalidCalendarObjectError(f"The VTIMEZONE {self.key[:80]!r} is empty.")
        if len(self._observances) > _MAX_OBSERVANCES:
            raise InvalidCalendarObjectError(f"The VTIMEZONE {self.key[:80]!r} is too long.")
        # One for all the years that are asked for: each of many could be dear.
        self._budget = Budget()
        self._by_year: dict[int, list[tuple[datetime, timedelta]]] = {}

    def to_instant(self, local: datetime) -> int:
        """Return the instant of a naive wall time; gaps and repeats as RFC 5545 §3.3.5."""
        offset = self._offset_at(local)
        return int((local.replace(tzinfo=UTC) - offset).timestamp())

    def _offset_at(self, local: datetime) -> timedelta:
        onsets = self._by_year.get(local.year)
        if onsets is None:
            onsets = self._by_year[local.year] = self._onsets(local.year)
        offset = onsets[0][1]
        for onset, new_offset in onsets:
            if onset > local:
                break
            offset = new_offset
        return offset

    def _onsets(self, year: int) -> list[tuple[datetime, timedelta]]:
        """Return what is in force when the year begins, and all that begins in it."""
        start, end = datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)  # noqa: DTZ001  # wall time of the zone
        earlier: list[tuple[datetime, timedelta]] = []
        within: list[tuple[datetime, timedelta]] = []
        for observance in self._observances:
            for onset in observance.onsets(start, end, self._budget):
                (within if onset >= start else earlier).append((onset, observance.offset))
        first = max(earlier, default=None)
        if first is None:
            # Before the first onset the offset is what the first one leaves.
            opening = min(self._observances, key=lambda found: found.first)
            first = (datetime.min, opening.offset_before)  # noqa: DTZ901  # wall time of the zone
        return [first, *sorted(within)]


class _Observance:
    """A STANDARD or DAYLIGHT component."""

    def __init__(self, component: Component) -> None:
        try:
            self.offset = _offset(component.value("TZOFFSETTO"))
            self.offset_before = _offset(component.value("TZOFFSETFROM"))
            self.first = _local(component.value("DTSTART"))
            self._rdates = list(_rdates(component))
        except ValueError as exc:
            raise InvalidCalendarObjectError(
                f"A {component.name} of a VTIMEZONE is broken."
            ) from exc
        rule = component.value("RRULE")
        self._rule = parse_rule(rule) if rule else None

    def onsets(self, start: datetime, end: datetime, budget: Budget) -> Iterator[datetime]:
        """Yield the onsets in a year, and the last one before it."""
        # Where clocks go forward, the new offset holds for what they show after
        # the jump; what they skip still takes the offset before.
        jump = max(self.offset - self.offset_before, timedelta())
        budget.spend(1 + len(self._rdates))
        found = sorted(self._given(start, end, budget))
        before = [onset for onset in found if onset < start]
        for onset in [*before[-1:], *(onset for onset in found if start <= onset <= end)]:
            yield onset + jump

    def _given(self, start: datetime, end: datetime, budget: Budget) -> Iterator[datetime]:
        yield self.first
        yield from self._rdates
        if self._rule:
            last = self._last(self._rule, end)
            if last >= self.first:
                # Two years back: a leap year's rule may miss the year before.
                lower = datetime(max(min(start, last).year - 2, 1), 1, 1)  # noqa: DTZ001  # wall time of the zone
                yield from iter_starts(
                    self._rule, self.first, lower=lower, upper=last, budget=budget
                )

    def _last(self, rule: RecurrenceRule, end: datetime) -> datetime:
        if rule.until is None:
            return end
        until = datetime.combine(rule.until, datetime.min.time())
        if isinstance(rule.until, datetime):
            until = rule.until + (self.offset_before if rule.until_is_utc else timedelta())
        return min(end, until)


def _offset(text: str) -> timedelta:
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    if hours > 23:
        raise ValueError(text)
    size = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -size if match[1] == "-" else size


def _local(text: str) -> datetime:
    local = datetime.fromisoformat(text.removesuffix("Z"))
    if not 1 < local.year < 9999:
        raise ValueError(text)
    return local


def _rdates(component: Component) -> Iterator[datetime]:
    values = [value for found in component.properties("RDATE") for value in found.value.split(",")]
    if len(values) > _MAX_RDATES:
        raise InvalidCalendarObjectError("A VTIMEZONE has too many RDATEs.")
    return map(_local, values)
