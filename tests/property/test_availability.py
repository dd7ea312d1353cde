"""A VAVAILABILITY and the booking times that it becomes open the same time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from assisto_caldav.domain.availability import Rule, plan_changes
from assisto_caldav.domain.availability_reading import read_availability
from assisto_caldav.domain.availability_text import render_availability
from assisto_caldav.domain.booking_times import ALL, WeeklyRule
from assisto_caldav.domain.booking_times_object import render_rule
from assisto_caldav.domain.calendar_object import CalendarObject, parse_calendar_object
from assisto_caldav.domain.intervals import Interval, merge
from assisto_caldav.domain.recurrence import expand

BERLIN = ZoneInfo("Europe/Berlin")
NOW = 1_796_036_400
"""Monday, 30 November 2026, 12:00 in Berlin."""
WINDOW = Interval(NOW + 86_400, NOW + 150 * 86_400)

days = st.dates(date(2026, 10, 1), date(2027, 3, 1))


@st.composite
def weekly_rules(draw: st.DrawFn) -> WeeklyRule:
    start = draw(st.integers(0, 22))
    end = draw(st.integers(start + 1, 24))
    first = draw(days)
    weekdays = tuple(sorted(draw(st.sets(st.integers(0, 6), max_size=4))))
    until = draw(st.none() | days.map(lambda day: max(day, first) + timedelta(days=7)))
    return WeeklyRule(
        weekdays=weekdays,
        start=time(start),
        end=time(end % 24),
        first=first,
        until=until if weekdays else None,
        exceptions=tuple(draw(st.sets(days, max_size=3))),
    )


def make_object(rule: WeeklyRule, uid: str) -> CalendarObject:
    text = render_rule(rule, uid=uid, summary="alle", zone=BERLIN, now=NOW)
    return parse_calendar_object(text.encode())


def make_objects(rules: Sequence[WeeklyRule], prefix: str) -> list[CalendarObject]:
    return [make_object(rule, f"{prefix}{number}") for number, rule in enumerate(rules)]


def stored(items: Sequence[CalendarObject]) -> list[Rule]:
    return [Rule(f"{item.uid}.ics", item, ALL, True) for item in items]


def opened(items: Sequence[CalendarObject]) -> list[Interval]:
    found = (one for item in items for one in expand(item, WINDOW, floating_zone=BERLIN))
    return merge(Interval(one.start, one.end) for one in found)


def as_text(items: Sequence[CalendarObject]) -> bytes:
    text = render_availability(items, uid="v", changed_at=NOW, zone=BERLIN)
    return text.encode()


def after(rules: Sequence[Rule], raw: bytes) -> list[CalendarObject]:
    """The objects that there are when the plan is carried out."""
    wanted = read_availability(raw, zone=BERLIN, now=NOW)
    plan = plan_changes(rules, wanted, zone=BERLIN, now=NOW, match=lambda _: ALL)
    texts = {rule.href: rule.item.text for rule in rules if rule.href not in plan.removed}
    texts |= plan.changed
    kept = [*texts.values(), *(text for _, text in plan.added)]
    return [parse_calendar_object(text.encode()) for text in kept]


@given(st.lists(weekly_rules(), max_size=4))
def test_what_is_read_and_written_back_changes_nothing(rules: list[WeeklyRule]) -> None:
    items = make_objects(rules, "u")
    wanted = read_availability(as_text(items), zone=BERLIN, now=NOW)

    plan = plan_changes(stored(items), wanted, zone=BERLIN, now=NOW, match=lambda _: ALL)

    assert (plan.changed, plan.added, plan.removed) == ({}, [], [])


@given(st.lists(weekly_rules(), max_size=4), st.lists(weekly_rules(), max_size=4))
def test_whatever_there_was_what_is_written_is_open_and_nothing_else(
    before: list[WeeklyRule], wanted: list[WeeklyRule]
) -> None:
    new = make_objects(wanted, "n")

    result = after(stored(make_objects(before, "o")), as_text(new))

    assert opened(result) == opened(new)


@given(st.lists(weekly_rules(), min_size=1, max_size=4), st.data())
def test_a_pane_that_cuts_rules_into_weekdays_and_changes_some_is_understood(
    rules: list[WeeklyRule], data: st.DataObject
) -> None:
    pieces = [
        WeeklyRule((day,), rule.start, rule.end, rule.first, None, None, rule.exceptions)
        for rule in rules
        for day in rule.weekdays
        if data.draw(st.booleans())
    ]
    without_uids = as_text(make_objects(pieces, "n")).replace(b"UID:n", b"X-OLD:n")

    result = after(stored(make_objects(rules, "o")), without_uids)

    assert opened(result) == opened(make_objects(pieces, "n"))
