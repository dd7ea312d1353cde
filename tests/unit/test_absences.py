from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.absences import Absence, change_absence, read_absence, render_absence
from assisto_caldav.domain.calendar_object import CalendarObject, parse_calendar_object
from assisto_caldav.errors import InvalidInputError, NotFoundError
from assisto_caldav.usecases.absences import list_absences, remove_absence, save_absence
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.find_slots import SlotWish, find_slots
from tests.office import (
    ALICE,
    BOB,
    CAROL,
    FRANK,
    MONDAY,
    NOW,
    Office,
    at,
    open_office,
    open_times,
    put_event,
)

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 12, 8)


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        open_times(made)
        yield made


def make_absence(**changes: Any) -> Absence:
    return replace(Absence(MONDAY, TUESDAY, title="Urlaub"), **changes)


def render(absence: Absence) -> CalendarObject:
    return parse_calendar_object(render_absence(absence, uid="a", zone=BERLIN, now=NOW).encode())


def slots_on(office: Office, first: date, last: date) -> list[int]:
    found = find_slots(office.ports, SlotWish("mitte", "s1", None, first, last))
    return [slot.start for slot in found]


@pytest.mark.parametrize(
    "absence",
    [
        make_absence(),
        make_absence(last=MONDAY),
        make_absence(start_time=time(10)),
        make_absence(end_time=time(10), start_time=time(0)),
        make_absence(last=MONDAY, start_time=time(10), end_time=time(11, 30)),
        make_absence(first=date(2026, 3, 28), last=date(2026, 3, 29), start_time=time(12)),
    ],
)
def test_what_is_written_is_read_back(absence: Absence) -> None:
    assert read_absence(render(absence), BERLIN) == absence


def test_whole_days_are_dates_that_end_on_the_day_after() -> None:
    text = render(make_absence()).text

    assert "DTSTART;VALUE=DATE:20261207" in text
    assert "DTEND;VALUE=DATE:20261209" in text
    assert "VTIMEZONE" not in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last": date(2026, 12, 6)}, "last"),
        ({"last": MONDAY, "start_time": time(10), "end_time": time(10)}, "end_time"),
    ],
)
def test_an_absence_that_ends_before_it_begins_names_the_wrong_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        make_absence(**changes)

    assert refused.value.field == field


def test_whole_days_become_hours_and_hours_whole_days() -> None:
    hours = make_absence(start_time=time(10), end_time=time(12))

    once = change_absence(render(make_absence()), hours, zone=BERLIN, now=NOW)
    twice = change_absence(
        parse_calendar_object(once.encode()), make_absence(), zone=BERLIN, now=NOW
    )

    assert read_absence(parse_calendar_object(once.encode()), BERLIN) == hours
    assert read_absence(parse_calendar_object(twice.encode()), BERLIN) == make_absence()


def test_an_absence_takes_its_days_away_from_slots(office: Office) -> None:
    before = slots_on(office, MONDAY, TUESDAY)

    save_absence(office.ports, Actor(ALICE, "web"), make_absence(last=MONDAY))

    assert len(before) == 6
    assert slots_on(office, MONDAY, TUESDAY) == before[3:]


def test_an_absence_with_hours_takes_these_alone(office: Office) -> None:
    absence = make_absence(last=MONDAY, start_time=time(10), end_time=time(11))

    save_absence(office.ports, Actor(ALICE, "web"), absence)

    assert slots_on(office, MONDAY, MONDAY) == [at(MONDAY, "09:00"), at(MONDAY, "11:00")]


def test_absences_are_listed_changed_and_removed(office: Office) -> None:
    actor = Actor(ALICE, "web")
    href = save_absence(office.ports, actor, make_absence(title="  Urlaub\n "))

    save_absence(office.ports, actor, make_absence(last=MONDAY, title=""), href=href)

    views = list_absences(office.ports, ALICE)
    assert [(view.href, view.last, view.title) for view in views] == [(href, MONDAY, "Abwesend")]
    remove_absence(office.ports, actor, href)
    assert list_absences(office.ports, ALICE) == []
    assert len(slots_on(office, MONDAY, MONDAY)) == 3


def test_absences_that_are_over_can_be_left_out(office: Office) -> None:
    save_absence(office.ports, Actor(ALICE, "web"), make_absence())

    assert list_absences(office.ports, ALICE, since=TUESDAY)
    assert not list_absences(office.ports, ALICE, since=date(2026, 12, 9))


def test_a_recurring_absence_blocks_and_is_not_editable(office: Office) -> None:
    put_event(
        office,
        at(MONDAY, "09:00"),
        at(MONDAY, "10:00"),
        collection="absences",
        extra="RRULE:FREQ=DAILY\r\n",
    )

    view = list_absences(office.ports, ALICE, since=date(2027, 1, 1))[0]

    assert (view.editable, view.first, view.title) == (False, MONDAY, "Zahnarzt")
    assert slots_on(office, TUESDAY, TUESDAY) == [at(TUESDAY, "10:00"), at(TUESDAY, "11:00")]


def test_a_title_that_is_too_long_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInputError) as refused:
        save_absence(office.ports, Actor(ALICE, "web"), make_absence(title="x" * 201))

    assert refused.value.field == "title"


@pytest.mark.parametrize("login", [BOB, CAROL, FRANK, ""])
def test_nobody_removes_the_absence_of_somebody_else(office: Office, login: str) -> None:
    href = save_absence(office.ports, Actor(ALICE, "web"), make_absence())

    with pytest.raises(NotFoundError):
        remove_absence(office.ports, Actor(login, "web"), href)


def test_an_administrator_without_a_home_has_no_absences(office: Office) -> None:
    assert list_absences(office.ports, FRANK) == []
    with pytest.raises(NotFoundError):
        save_absence(office.ports, Actor(FRANK, "web"), make_absence())
