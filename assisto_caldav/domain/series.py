"""A master with its rules, dates, exceptions and later changes (RFC 5545 §3.8.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assisto_caldav.domain.moments import Moment, moments, periods
from assisto_caldav.domain.object_checks import only_moment
from assisto_caldav.domain.recurrence_rule import Budget, rules_of
from assisto_caldav.domain.rule_expansion import iter_starts
from assisto_caldav.domain.timespan import between, end_after, timespan
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assisto_caldav.domain.calendar_object import CalendarObject
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.recurrence_rule import RecurrenceRule
    from assisto_caldav.domain.timespan import Timespan
    from assisto_caldav.domain.timezones import Zone

# No wall time is further from UTC, with an hour for each change of clocks.
_SLACK = timedelta(hours=27)
_LAST = datetime(9998, 12, 31)  # noqa: DTZ001  # a bound for wall time


@dataclass(frozen=True, slots=True)
class _Change:
    """What RANGE=THISANDFUTURE does to the instances after the override's own."""

    since: int
    shift: timedelta
    length: timedelta
    component_index: int


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance that no override replaces; ``moment`` is what ``recurrence_id`` says."""

    moment: Moment
    recurrence_id: str
    start: int
    end: int
    component_index: int


class Series:
    """All that a master says about its instances, read once."""

    def __init__(self, obj: CalendarObject, master: Component, floating_zone: Zone) -> None:
        """Read it; ``floating_zone`` is the zone of who asks."""
        span = timespan(master, obj.zones, floating_zone)
        if span is None:
            raise InvalidCalendarObjectError("A recurring component has no DTSTART.")
        self._span: Timespan = span
        self._zone = floating_zone
        self.rules = rules_of(master)
        self._rdates = list(periods(master, "RDATE", obj.zones))
        self._excluded = {self.key(found) for found in moments(master, "EXDATE", obj.zones)}
        self._replaced: set[str] = set()
        changes: list[_Change] = []
        for index, part in enumerate(obj.components):
            own = only_moment(part, "RECURRENCE-ID", obj.zones)
            if own is None:
                continue
            self._replaced.add(self.key(own))
            found = part.property("RECURRENCE-ID")
            if found and found.param("RANGE").upper() == "THISANDFUTURE":
                changes.extend(self._changes_of(obj, part, own, index))
        self._changes = sorted(changes, key=lambda change: change.since)

    def _changes_of(
        self, obj: CalendarObject, part: Component, own: Moment, index: int
    ) -> Iterator[_Change]:
        span = timespan(part, obj.zones, self._zone)
        if span is not None:
            shift = between(own, span.start, self._zone)
            yield _Change(own.instant(self._zone), shift, span.length, index)

    @property
    def floats(self) -> bool:
        """Tell whether its instants depend on who asks."""
        return self._span.start.zone is None

    def key(self, moment: Moment) -> str:
        """Return the canonical RECURRENCE-ID value of one as it is written.

        Floating ones take the zone of DTSTART, and times lose their clock if
        DTSTART is a DATE: apps are careless about both.
        """
        start = self._span.start
        if start.is_date:
            return f"{moment.local:%Y%m%d}"
        if moment.zone is None and not moment.is_date:
            moment = start.at(moment.local)
        return moment.value(self._zone)

    def excludes(self, moment: Moment) -> bool:
        """Tell whether EXDATE takes this instance away."""
        return self.key(moment) in self._excluded or self._day(moment) in self._excluded

    def _day(self, moment: Moment) -> str:
        """Return how a DATE in EXDATE or RECURRENCE-ID names a moment."""
        return f"{moment.local:%Y%m%d}"

    def instances(
        self, start: int, end: int, *, max_instances: int, budget: Budget
    ) -> Iterator[Instance]:
        """Yield what may touch the time from ``start`` to ``end``, and a little around it.

        Raises:
            InvalidCalendarObjectError: There are many more than ``max_instances``.
        """
        found: dict[int, tuple[Moment, Moment | timedelta | None]] = {}
        for moment, period_end in self._candidates(start, end, budget):
            found.setdefault(moment.instant(self._zone), (moment, period_end))
            if len(found) > 2 * max_instances + 100:
                raise InvalidCalendarObjectError(
                    f"It has more than {max_instances} instances.", precondition="max-instances"
                )
        gone = self._excluded | self._replaced
        for moment, period_end in found.values():
            instance = self._instance(moment, period_end)
            if instance.recurrence_id in gone or (gone and self._day(moment) in gone):
                continue
            yield instance

    def _candidates(
        self, start: int, end: int, budget: Budget
    ) -> Iterator[tuple[Moment, Moment | timedelta | None]]:
        # A PERIOD says more than the same moment from a rule: it comes first.
        yield from self._rdates
        if not self.rules or any(self._reaches(rule, self._span.start) for rule in self.rules):
            yield self._span.start, None
        shifts = [timedelta(), *(change.shift for change in self._changes)]
        lengths = [self._span.length, *(change.length for change in self._changes)]
        lower = _naive(start, -(max(lengths) + max(shifts) + _SLACK))
        # A year before datetime's last, so that every zone can hold what is found.
        upper = min(_naive(end, _SLACK - min(shifts)), _LAST)
        for rule in self.rules:
            for moment in self._rule_moments(rule, lower, upper, budget):
                yield moment, None

    def _rule_moments(
        self, rule: RecurrenceRule, lower: datetime, upper: datetime, budget: Budget
    ) -> Iterator[Moment]:
        if rule.until is not None:
            upper = min(upper, _end_of(rule))
        first = self._span.start
        for local in iter_starts(rule, first.local, lower=lower, upper=upper, budget=budget):
            moment = first.at(local)
            if self._reaches(rule, moment):
                yield moment

    def _reaches(self, rule: RecurrenceRule, moment: Moment) -> bool:
        """Tell whether a moment is not after UNTIL.

        UNTIL should have the type of DTSTART; where it has not, a DATE means
        the whole day, and a time without "Z" the clock of DTSTART's zone.
        """
        until = rule.until
        if until is None:
            return True
        if moment.is_date or not isinstance(until, datetime):
            return moment.local.date() <= (until.date() if isinstance(until, datetime) else until)
        if rule.until_is_utc and moment.zone is not None:
            return moment.instant(self._zone) <= until.replace(tzinfo=UTC).timestamp()
        return moment.local <= until

    def _instance(self, moment: Moment, period_end: Moment | timedelta | None) -> Instance:
        key = self.key(moment)
        if isinstance(period_end, Moment):
            start = moment.instant(self._zone)
            return Instance(moment, key, start, max(start, period_end.instant(self._zone)), 0)
        if moment == self._span.start and period_end is None and not self._changes:
            return Instance(moment, key, *self._span.instants(self._zone), 0)
        change = self._change_for(moment)
        length = period_end or (change.length if change else self._span.length)
        moved = moment.at(moment.local + change.shift) if change else moment
        start = moved.instant(self._zone)
        index = change.component_index if change else 0
        return Instance(moment, key, start, end_after(moved, length, self._zone), index)

    def _change_for(self, moment: Moment) -> _Change | None:
        instant = moment.instant(self._zone) if self._changes else 0
        earlier = [change for change in self._changes if change.since <= instant]
        return earlier[-1] if earlier else None

    def last_end(self, *, max_instances: int, budget: Budget) -> int | None:
        """Return when the last instance ends at latest, or None if nobody can say."""
        if any(rule.is_endless or (rule.count or 0) > max_instances for rule in self.rules):
            return None
        longest = max([self._span.length, *(change.length for change in self._changes)])
        latest = max([timedelta(), *(change.shift for change in self._changes)])
        ends = [self._span.instants(self._zone)[1]]
        ends += [self._instance(*rdate).end for rdate in self._rdates]
        for rule in self.rules:
            first = self._span.start.local
            upper = datetime.max if rule.until is None else _end_of(rule)  # noqa: DTZ901  # a bound for wall time
            if rule.count is not None:
                moments = self._rule_moments(rule, first, upper, budget)
                ends += [self._instance(moment, None).end for moment in moments]
            elif upper >= first:
                ends.append(end_after(self._span.start.at(upper), longest + latest, self._zone))
        return max(ends)


def _end_of(rule: RecurrenceRule) -> datetime:
    """Return a wall time after UNTIL in every zone."""
    assert rule.until is not None  # noqa: S101  # asked by both callers
    try:
        return datetime.combine(rule.until, datetime.max.time()) + _SLACK
    except OverflowError:
        return datetime.max  # noqa: DTZ901  # a bound for wall time


def _naive(instant: int, distance: timedelta) -> datetime:
    """Return wall time in UTC at a distance from an instant, inside datetime's years."""
    try:
        return datetime.fromtimestamp(instant, UTC).replace(tzinfo=None) + distance
    except OverflowError:
        return datetime.max if distance > timedelta() else datetime.min  # noqa: DTZ901  # bounds for wall time
