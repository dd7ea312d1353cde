"""Public holidays and closing days as closed periods, cut in the institution's zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from operator import attrgetter

import holidays

from assisto_caldav.domain.institution import ClosingDay, Institution
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.localtime import date_of, day_interval, zone
from assisto_caldav.domain.slots import ClosedPeriod

_PUBLIC_HOLIDAY = "public holiday"
_CLOSING_DAY = "closing day"
_SATURDAY = 5


def closed_periods(institution: Institution, window: Interval) -> tuple[ClosedPeriod, ...]:
    """Return public holidays and closing days that touch a window, by time.

    Each period is a whole day of the institution; a day may be both kinds.
    """
    in_zone = zone(institution.zone)
    first, last = date_of(window.start, in_zone), date_of(window.end - 1, in_zone)
    found = public_holidays(institution, first, last) + closing_days(institution, first, last)
    return tuple(sorted(found, key=attrgetter("start")))


def public_holidays(institution: Institution, first: date, last: date) -> list[ClosedPeriod]:
    """Return the public holidays of the institution's Land, both days included, in order."""
    found = holidays_between(institution, first, last)
    return [_close(institution, day, name, _PUBLIC_HOLIDAY) for day, name in found]


def closing_days(institution: Institution, first: date, last: date) -> list[ClosedPeriod]:
    """Return the institution's closing days between two days, both included, day by day."""
    found = sorted(_closing_dates(institution, first, last))
    return [_close(institution, day, name, _CLOSING_DAY) for day, name in found]


def is_working_day(institution: Institution, day: date) -> bool:
    """Say whether requests are answered on this day: Monday to Friday, nothing closed."""
    if day.weekday() >= _SATURDAY:
        return False
    closed = chain(holidays_between(institution, day, day), _closing_dates(institution, day, day))
    return next(closed, None) is None


def _close(institution: Institution, day: date, name: str, kind: str) -> ClosedPeriod:
    period = day_interval(day, zone(institution.zone))
    return ClosedPeriod(period.start, period.end, name, kind)


def holidays_between(
    institution: Institution, first: date, last: date
) -> Iterator[tuple[date, str]]:
    """Yield day and German name of the public holidays between two days, both included."""
    for year in range(first.year, last.year + 1):
        for day, name in _holidays_of(institution.country, institution.land, year):
            if first <= day <= last:
                yield day, name


# Counting a year out takes milliseconds, and every look at free slots asks. The law of
# a past or present year does not change while we run.
@lru_cache(maxsize=256)
def _holidays_of(country: str, land: str, year: int) -> tuple[tuple[date, str], ...]:
    found = holidays.country_holidays(country, subdiv=land or None, years=year, language="de")
    return tuple(sorted((day, name) for day, name in found.items() if day.year == year))


def _closing_dates(institution: Institution, first: date, last: date) -> Iterator[tuple[date, str]]:
    for begin, end, name in closing_spans(institution, first, last):
        day = max(begin, first)
        while day <= min(end, last):
            yield day, name
            day += timedelta(days=1)


def closing_spans(
    institution: Institution, first: date, last: date
) -> Iterator[tuple[date, date, str]]:
    """Yield first and last day and name of all closing days that touch the days between."""
    for closing in institution.closing_days:
        for begin, end in _repeats(closing, first, last):
            if begin <= last and end >= first:
                yield begin, end, closing.name


def _repeats(closing: ClosingDay, first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield the closing day, or its repetition in each year that could reach the window."""
    if not closing.yearly:
        yield closing.first, closing.last
        return
    span = closing.last.year - closing.first.year
    for year in range(max(closing.first.year, first.year - span), last.year + 1):
        yield closing.first.replace(year=year), closing.last.replace(year=year + span)
