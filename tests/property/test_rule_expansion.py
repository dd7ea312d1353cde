"""The expansion of rules against dateutil, where both say the same."""

from __future__ import annotations

import datetime as datetime_module
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from unittest.mock import patch

import dateutil.rrule
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from assisto_caldav.domain.recurrence_rule import Budget, parse_rule
from assisto_caldav.domain.rule_expansion import iter_starts

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIRST = datetime.fromisoformat("2020-01-01")
LAST = datetime.fromisoformat("2033-01-01")


def until_2040() -> SimpleNamespace:
    """Return a calendar that ends early: dateutil looks for a rare match until its last year."""
    return SimpleNamespace(**{**vars(datetime_module), "MAXYEAR": 2040})


def joined(values: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    """Return one to three values, joined as a rule joins them."""
    return st.lists(values, min_size=1, max_size=3, unique=True).map(
        lambda found: ",".join(map(str, found))
    )


def signed(largest: int) -> st.SearchStrategy[int]:
    return st.integers(-largest, largest).filter(bool)


def maybe(draw: st.DrawFn, name: str, values: st.SearchStrategy[str], chance: int = 3) -> str:
    """Draw a part of a rule, or nothing."""
    return f";{name}={draw(values)}" if draw(st.integers(1, chance)) == 1 else ""


def weekdays(draw: st.DrawFn, *, with_ordinals: bool) -> st.SearchStrategy[str]:
    if with_ordinals and draw(st.booleans()):
        return joined(st.builds("{}{}".format, signed(5), st.sampled_from(WEEKDAYS)))
    return joined(st.sampled_from(WEEKDAYS))


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Draw rules whose meaning RFC 5545 leaves no doubt about."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    long = frequency in ("MONTHLY", "YEARLY")
    rule = f"FREQ={frequency};INTERVAL={draw(st.integers(1, 5))}"
    rule += maybe(draw, "BYMONTH", joined(st.integers(1, 12)))
    rule += maybe(draw, "BYHOUR", joined(st.integers(0, 23)))
    rule += maybe(draw, "BYDAY", weekdays(draw, with_ordinals=long))
    if frequency != "WEEKLY":
        rule += maybe(draw, "BYMONTHDAY", joined(signed(31)))
    if frequency == "YEARLY":
        rule += maybe(draw, "BYYEARDAY", joined(signed(366)))
    if long:
        rule += maybe(draw, "BYSETPOS", joined(signed(4)))
    rule += maybe(draw, "WKST", st.sampled_from(WEEKDAYS))
    return rule + maybe(draw, "COUNT", st.integers(1, 40).map(str))


def iso_weeks(day: datetime) -> tuple[int, int]:
    """Return the number of the week, counted from the start and from the end of its year."""
    year, week, _ = day.isocalendar()
    return week, week - date(year, 12, 28).isocalendar().week - 1


moments = st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(microsecond=0))


@given(rules(), st.integers(0, 2000), moments, st.integers(0, 500))
def test_a_rule_gives_what_dateutil_gives(
    rule: str, offset: int, lower: datetime, days: int
) -> None:
    first = FIRST + timedelta(days=offset, hours=9)
    upper = lower + timedelta(days=days)

    found = list(
        iter_starts(parse_rule(rule), first, lower=lower, upper=upper, budget=Budget(10**9))
    )

    with patch.object(dateutil.rrule, "datetime", until_2040()):
        assert found == rrulestr(rule, dtstart=first).between(lower, upper, inc=True)


@given(joined(signed(53)), st.sampled_from(range(7)), st.integers(0, 900))
def test_weeks_of_the_year_are_those_of_iso_8601(weeks: str, weekday: int, offset: int) -> None:
    # Not against dateutil, which miscounts the last week when WKST is no Monday.
    first = FIRST + timedelta(days=offset)
    rule = parse_rule(f"FREQ=YEARLY;BYWEEKNO={weeks};BYDAY={WEEKDAYS[weekday]}")

    found = list(iter_starts(rule, first, lower=first, upper=LAST, budget=Budget()))

    wanted = {int(week) for week in weeks.split(",")}
    days = (first + timedelta(days=passed) for passed in range((LAST - first).days + 1))
    assert found == [
        day for day in days if day.weekday() == weekday and wanted & set(iso_weeks(day))
    ]
