"""Recurrence rules expanded in wall time, with bounded work (RFC 5545 §3.3.10).

``dateutil`` walks every rule from DTSTART, and one that never matches (the
30th of February, daily) until the year 9999. Here a rule without COUNT begins
at the window, and every step is paid from a budget.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date, datetime, time
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assisto_caldav.domain.recurrence_rule import Budget, RecurrenceRule

_LAST_DAY = date.max.toordinal()


def iter_starts(
    rule: RecurrenceRule,
    first: datetime,
    *,
    lower: datetime,
    upper: datetime,
    budget: Budget,
) -> Iterator[datetime]:
    """Yield the wall times that a rule gives, earliest first, none twice.

    UNTIL is left to the caller, who knows the zone; so is DTSTART itself when
    the rule does not give it.

    Args:
        rule: The rule.
        first: DTSTART as naive wall time; midnight for a DATE.
        lower: Earlier ones are not wanted; with COUNT they are still counted.
        upper: Later ones are not wanted.
        budget: Pays for every step.

    Raises:
        InvalidCalendarObjectError: The budget is used up.
    """
    days = _Days(rule, first)
    times = _times(rule, first)
    begin = 0 if rule.count is not None else days.period_before(lower)
    left = rule.count
    for candidates in days.periods(begin, upper, budget):
        for start in _positions(candidates, times, rule.by.get("BYSETPOS", ()), budget):
            if start < first:
                continue
            if start > upper or left == 0:
                return
            if left is not None:
                left -= 1
            if start >= lower:
                yield start
        if left == 0:
            return


def _times(rule: RecurrenceRule, first: datetime) -> list[time]:
    hours = rule.by.get("BYHOUR", (first.hour,))
    minutes = rule.by.get("BYMINUTE", (first.minute,))
    seconds = [second for second in rule.by.get("BYSECOND", (first.second,)) if second < 60]
    return [time(*parts) for parts in product(hours, minutes, seconds)]


def _positions(
    days: list[date], times: list[time], positions: tuple[int, ...], budget: Budget
) -> Iterable[datetime]:
    budget.spend(len(days) * len(times))
    starts = (datetime.combine(day, moment) for day in days for moment in times)
    if not positions:
        return starts
    every = list(starts)
    size = len(every)
    chosen = {place - 1 if place > 0 else size + place for place in positions}
    return [every[place] for place in sorted(chosen) if 0 <= place < size]


class _Days:
    """The days of a rule, period by period."""

    def __init__(self, rule: RecurrenceRule, first: datetime) -> None:
        self._rule = rule
        self._first = first.date()
        self._months = rule.by.get("BYMONTH", ())
        self._month_days = rule.by.get("BYMONTHDAY", ())
        self._by_day = rule.by_day
        self._fill_from_start()
        self._filters = tuple(self._make_filters())

    def _fill_from_start(self) -> None:
        """Take from DTSTART what the rule does not say."""
        rule, frequency = self._rule, self._rule.frequency
        if frequency == "DAILY" or rule.by_day or self._month_days or "BYYEARDAY" in rule.by:
            return
        if frequency == "WEEKLY" or "BYWEEKNO" in rule.by:
            self._by_day = ((0, self._first.weekday()),)
            return
        self._month_days = (self._first.day,)
        if frequency == "YEARLY" and not self._months:
            self._months = (self._first.month,)

    def _make_filters(self) -> Iterator[Callable[[date], bool]]:
        by, short = self._rule.by, self._rule.frequency in ("DAILY", "WEEKLY")
        if self._months and short:
            yield lambda day: day.month in self._months
        if self._month_days and short:
            yield lambda day: bool({day.day, day.day - 1 - _days_in(day)} & set(self._month_days))
        if "BYYEARDAY" in by:
            yield lambda day: bool(set(_year_days(day)) & set(by["BYYEARDAY"]))
        if "BYWEEKNO" in by:
            yield lambda day: bool(set(self._week_numbers(day)) & set(by["BYWEEKNO"]))
        if self._by_day:
            plain = short or not any(ordinal for ordinal, _ in self._by_day)
            weekdays = {weekday for _, weekday in self._by_day}
            yield (lambda day: day.weekday() in weekdays) if plain else self._is_nth_weekday

    def _is_nth_weekday(self, day: date) -> bool:
        if self._rule.frequency == "YEARLY" and not self._months:
            position, back = _year_days(day)
        else:
            position, back = day.day, day.day - 1 - _days_in(day)
        nth = (0, (position - 1) // 7 + 1, -((-back - 1) // 7 + 1))
        weekday = day.weekday()
        return any(weekday == wanted and ordinal in nth for ordinal, wanted in self._by_day)

    def _week_numbers(self, day: date) -> tuple[int, int]:
        """Return the number of the week, from the year's start and from its end."""
        # The middle of a week lies in the year that the week belongs to.
        offset = (day.weekday() - self._rule.week_start) % 7
        middle = min(day.toordinal() - offset + 3, _LAST_DAY)
        year_day, back = _year_days(date.fromordinal(middle))
        return (year_day - 1) // 7 + 1, -((-back - 1) // 7 + 1)

    def period_before(self, lower: datetime) -> int:
        """Return the number of a period that no later one than ``lower`` precedes."""
        first, interval = self._first, self._rule.interval
        passed = {
            "YEARLY": lower.year - first.year,
            "MONTHLY": (lower.year - first.year) * 12 + lower.month - first.month,
            "WEEKLY": (lower.date() - first).days // 7 - 1,
            "DAILY": (lower.date() - first).days,
        }[self._rule.frequency]
        return max(passed // interval, 0)

    def periods(self, begin: int, upper: datetime, budget: Budget) -> Iterator[list[date]]:
        """Yield the days of each period up to ``upper``, from period ``begin`` on."""
        frequency, number = self._rule.frequency, begin
        limit = upper.date().toordinal()
        find = {"YEARLY": self._year, "MONTHLY": self._month}.get(frequency, self._span)
        while (found := find(number * self._rule.interval)) is not None:
            start, candidates = found
            if start > limit:
                return
            budget.spend(len(candidates) + 1)
            yield [day for day in candidates if all(test(day) for test in self._filters)]
            number += 1

    def _year(self, passed: int) -> tuple[int, list[date]] | None:
        year = self._first.year + passed
        if year > date.max.year:
            return None
        months = self._months or range(1, 13)
        days = [day for month in months for day in self._days_of(year, month)]
        return date(year, 1, 1).toordinal(), days

    def _month(self, passed: int) -> tuple[int, list[date]] | None:
        years, month = divmod(self._first.month - 1 + passed, 12)
        year, month = self._first.year + years, month + 1
        if year > date.max.year:
            return None
        wanted = not self._months or month in self._months
        return date(year, month, 1).toordinal(), self._days_of(year, month) if wanted else []

    def _days_of(self, year: int, month: int) -> list[date]:
        length = monthrange(year, month)[1]
        if not self._month_days:
            return [date(year, month, day) for day in range(1, length + 1)]
        days = {day if day > 0 else length + 1 + day for day in self._month_days}
        return [date(year, month, day) for day in sorted(days) if 0 < day <= length]

    def _span(self, passed: int) -> tuple[int, list[date]] | None:
        """Return the day, or the week that begins as WKST says."""
        start, length = self._first.toordinal() + passed, 1
        if self._rule.frequency == "WEEKLY":
            offset = (self._first.weekday() - self._rule.week_start) % 7
            start, length = self._first.toordinal() - offset + passed * 7, 7
        days = range(max(start, 1), min(start + length, _LAST_DAY + 1))
        return (start, [date.fromordinal(day) for day in days]) if days else None


def _days_in(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _year_days(day: date) -> tuple[int, int]:
    """Return the day of the year, counted from its start and from its end."""
    position = (day - date(day.year, 1, 1)).days + 1
    return position, position - 367 if isleap(day.year) else position - 366
