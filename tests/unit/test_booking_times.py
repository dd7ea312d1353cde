from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.booking_times import (
    WeeklyRule,
    match_services,
    rename_in_summary,
    summary_of,
)
from assisto_caldav.domain.booking_times_object import (
    change_rule,
    change_summary,
    read_rule,
    render_rule,
    skip_day,
)
from assisto_caldav.domain.calendar_object import CalendarObject, parse_calendar_object
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.localtime import to_local
from assisto_caldav.domain.recurrence import expand
from assisto_caldav.domain.service import Service
from assisto_caldav.errors import ConflictError, InvalidInputError, NotFoundError
from assisto_caldav.usecases import form_objects
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.booking_times import (
    KIND,
    list_rules,
    remove_rule,
    rewrite_renamed,
    save_rule,
    skip_date,
)
from assisto_caldav.usecases.calendars import put_object
from assisto_caldav.usecases.find_slots import SlotWish, find_slots
from tests.office import ALICE, BOB, CAROL, COUPLE, MONDAY, NOW, TALK, Office, at, open_office

BERLIN = ZoneInfo("Europe/Berlin")
SERVICES = (TALK, COUPLE)


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        yield made


def make_rule(**changes: Any) -> WeeklyRule:
    rule = WeeklyRule(weekdays=(0, 2), start=time(9), end=time(12), first=date(2026, 12, 1))
    return replace(rule, **changes)


def make_service(name: str, **changes: Any) -> Service:
    made = Service(id=name[:2].lower(), name=name, duration_minutes=50, channels=(Channel.PHONE,))
    return replace(made, **changes)


def render(rule: WeeklyRule, summary: str = "alle", zone: ZoneInfo = BERLIN) -> CalendarObject:
    text = render_rule(rule, uid="rule-1", summary=summary, zone=zone, now=NOW)
    return parse_calendar_object(text.encode())


def days_of(item: CalendarObject) -> list[str]:
    window = Interval(at(date(2026, 12, 1), "00:00"), at(date(2027, 1, 1), "00:00"))
    found = expand(item, window, floating_zone=BERLIN)
    return [f"{to_local(one.start, BERLIN):%d. %H:%M}" for one in found]


def test_a_rule_recurs_on_its_weekdays_until_its_last_day_but_not_on_exceptions() -> None:
    rule = make_rule(until=date(2026, 12, 14), exceptions=(date(2026, 12, 9),))

    assert days_of(render(rule)) == ["02. 09:00", "07. 09:00", "14. 09:00"]


@pytest.mark.parametrize(
    "rule",
    [
        make_rule(first=date(2026, 12, 2)),
        make_rule(first=date(2026, 12, 2), until=date(2026, 12, 30)),
        make_rule(first=date(2026, 12, 2), exceptions=(date(2026, 12, 9), date(2026, 12, 14))),
        make_rule(first=date(2026, 12, 5), weekdays=()),
        make_rule(first=date(2026, 12, 2), start=time(20, 30), end=time(0)),
        make_rule(first=date(2026, 7, 1), weekdays=(0, 1, 2, 3, 4, 5, 6)),
    ],
)
def test_what_is_written_is_read_back(rule: WeeklyRule) -> None:
    assert read_rule(render(rule), BERLIN) == rule


def test_the_first_day_moves_to_the_first_of_its_weekdays() -> None:
    found = read_rule(render(make_rule(first=date(2026, 12, 3))), BERLIN)

    assert found is not None
    assert found.first == date(2026, 12, 7)


def test_an_exception_on_a_day_without_booking_times_is_not_written() -> None:
    assert "EXDATE" not in render(make_rule(exceptions=(date(2026, 12, 8),))).text


def test_a_zone_west_of_utc_keeps_the_last_day() -> None:
    york = ZoneInfo("America/New_York")
    rule = make_rule(
        first=date(2026, 12, 2), start=time(20), end=time(22), until=date(2026, 12, 14)
    )

    assert read_rule(render(rule, zone=york), york) == rule


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end": time(9)}, "end"),
        ({"until": date(2026, 11, 30)}, "until"),
        ({"weekdays": (7,)}, "weekdays"),
        ({"weekdays": (6,), "until": date(2026, 12, 5)}, "weekdays"),
        ({"services": ()}, "services"),
    ],
)
def test_a_rule_that_could_open_nothing_names_the_wrong_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        make_rule(**changes)

    assert refused.value.field == field


def test_a_changed_rule_keeps_what_an_app_has_added() -> None:
    stored = render(make_rule())
    extended = parse_calendar_object(
        stored.text.replace("END:VEVENT", "X-APPLE-TRAVEL:1\r\nEND:VEVENT").encode()
    )

    changed = change_rule(
        extended, make_rule(weekdays=(4,)), summary="Neu", zone=BERLIN, now=NOW + 60
    )

    assert "X-APPLE-TRAVEL:1" in changed
    assert "SEQUENCE:1" in changed
    item = parse_calendar_object(changed.encode())
    assert days_of(item) == ["04. 09:00", "11. 09:00", "18. 09:00", "25. 09:00"]


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=MONTHLY;BYDAY=1MO",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
        "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=WE",
        "RRULE:FREQ=WEEKLY;BYDAY=WE;BYMONTH=12",
        "RRULE:FREQ=WEEKLY;BYDAY=MO",
    ],
)
def test_what_a_form_cannot_show_is_changed_in_its_app_alone(line: str) -> None:
    text = render(make_rule()).text.replace("RRULE:FREQ=WEEKLY;BYDAY=MO,WE", line)
    item = parse_calendar_object(text.encode())

    assert read_rule(item, BERLIN) is None
    with pytest.raises(InvalidInputError):
        change_rule(item, make_rule(), summary="alle", zone=BERLIN, now=NOW)


def test_a_skipped_day_takes_the_form_of_the_start() -> None:
    text = skip_day(render(make_rule()), date(2026, 12, 9), zone=BERLIN, now=NOW)

    assert "EXDATE;TZID=Europe/Berlin:20261209T090000" in text
    assert "09. 09:00" not in days_of(parse_calendar_object(text.encode()))


def test_another_summary_goes_to_the_overrides_that_had_the_old_one() -> None:
    text = render(make_rule(), summary="Sucht").text
    override = (
        "BEGIN:VEVENT\r\nUID:rule-1\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:Sucht\r\n"
        "RECURRENCE-ID;TZID=Europe/Berlin:20261207T090000\r\n"
        "DTSTART;TZID=Europe/Berlin:20261207T100000\r\n"
        "DTEND;TZID=Europe/Berlin:20261207T110000\r\nEND:VEVENT\r\n"
    )
    item = parse_calendar_object(text.replace("END:VCALENDAR", f"{override}END:VCALENDAR").encode())

    changed = change_summary(item, "Suchtberatung", now=NOW)

    assert changed.count("SUMMARY:Suchtberatung") == 2


@pytest.mark.parametrize(
    ("summary", "matched"),
    [
        ("alle", ("*",)),
        ("  ALL ", ("*",)),
        ("Suchtberatung", ("s1",)),
        ("suchtberatung,  PAARBERATUNG", ("s1", "s2")),
        ("s2", ("s2",)),
        ("Gespräch zu zweit", ("s2",)),
        ("Paarberatung, alle", ("*",)),
        ("Suchtberatung, Suchtberatung,", ("s1",)),
        ("Suchtberatung, Mittagspause", None),
        ("Sprechstunde", None),
        ("", None),
        (" , ", None),
    ],
)
def test_a_summary_names_services(summary: str, matched: tuple[str, ...] | None) -> None:
    assert match_services(summary, SERVICES) == matched


def test_a_public_name_that_two_services_share_names_neither() -> None:
    services = (make_service("Sucht"), make_service("Schulden"))

    assert match_services("Beratung", services) is None


def test_a_name_with_a_comma_in_it_is_one_name() -> None:
    services = (make_service("Familie, Trennung und Sorge"), make_service("Familie", id="x"))

    assert match_services("Familie, Trennung und Sorge, familie", services) == ("fa", "x")


def test_a_renamed_service_is_renamed_in_the_summary() -> None:
    renamed = (replace(TALK, name="Suchthilfe"), COUPLE)

    summary = rename_in_summary("Suchtberatung, Paarberatung", ("s1", "s2"), renamed)

    assert summary == "Suchthilfe, Paarberatung"


@pytest.mark.parametrize(
    ("summary", "matched"),
    [
        ("Suchtberatung", ("s1",)),
        ("s1", ("s1",)),
        ("Irgendwas", None),
        ("Altes", ("gone",)),
        ("ALLE", ("*",)),
    ],
)
def test_a_summary_that_still_means_the_same_or_nothing_stays(
    summary: str, matched: tuple[str, ...] | None
) -> None:
    assert rename_in_summary(summary, matched, SERVICES) == summary


def test_a_summary_of_all_services_says_alle() -> None:
    assert summary_of(None, SERVICES) == "alle"
    assert summary_of(("s2", "s1"), SERVICES) == "Paarberatung, Suchtberatung"


def bookable_on_monday(office: Office, service: str) -> int:
    return len(find_slots(office.ports, SlotWish("mitte", service, None, MONDAY, MONDAY)))


def test_a_saved_rule_opens_time_and_is_listed(office: Office) -> None:
    rule = make_rule(services=("s1",))

    href = save_rule(office.ports, Actor(ALICE, "web"), rule)

    view = list_rules(office.ports, ALICE)[0]
    assert (view.href, view.weekdays, view.start, view.end) == (href, (0, 2), "09:00", "12:00")
    assert (view.services, view.understood, view.editable) == (("s1",), True, True)
    assert (bookable_on_monday(office, "s1"), bookable_on_monday(office, "s2")) == (3, 0)


def test_a_changed_rule_moves_the_slots(office: Office) -> None:
    href = save_rule(office.ports, Actor(ALICE, "web"), make_rule())

    save_rule(office.ports, Actor(ALICE, "web"), make_rule(end=time(10)), href=href)

    assert bookable_on_monday(office, "s1") == 1
    assert len(list_rules(office.ports, ALICE)) == 1


def test_a_removed_rule_and_a_skipped_date_open_nothing(office: Office) -> None:
    actor = Actor(ALICE, "web")
    href = save_rule(office.ports, actor, make_rule())

    skip_date(office.ports, actor, href, MONDAY)
    skipped = bookable_on_monday(office, "s1")
    remove_rule(office.ports, actor, href)

    assert skipped == 0
    assert list_rules(office.ports, ALICE) == []


def test_a_rule_with_an_unknown_service_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInputError) as refused:
        save_rule(office.ports, Actor(ALICE, "web"), make_rule(services=("s9",)))

    assert refused.value.field == "services"


@pytest.mark.parametrize("login", [BOB, CAROL])
def test_nobody_changes_the_rules_of_somebody_else(office: Office, login: str) -> None:
    href = save_rule(office.ports, Actor(ALICE, "web"), make_rule())

    with pytest.raises(NotFoundError):
        remove_rule(office.ports, Actor(login, "web"), href)


def test_a_rule_that_changed_elsewhere_is_not_overwritten(office: Office) -> None:
    actor = Actor(ALICE, "web")
    href = save_rule(office.ports, actor, make_rule())
    seen = form_objects.entry(office.ports, ALICE, KIND, href)
    skip_date(office.ports, actor, href, MONDAY)

    with pytest.raises(ConflictError):
        form_objects.replace(office.ports, actor, KIND, seen, seen.stored.text)


def test_a_rule_that_names_no_service_is_shown_as_not_understood(office: Office) -> None:
    text = render(make_rule(), summary="Mittagspause").text
    put_object(
        office.ports,
        Actor(ALICE, "caldav"),
        owner=ALICE,
        collection="booking-times",
        href="a.ics",
        raw=text.encode(),
    )

    view = list_rules(office.ports, ALICE)[0]

    assert (view.understood, view.summary) == (False, "Mittagspause")
    assert bookable_on_monday(office, "s1") == 0


def test_a_rule_that_no_form_can_show_is_listed_by_its_first_day(office: Office) -> None:
    text = render(make_rule()).text.replace("FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=MONTHLY")
    put_object(
        office.ports,
        Actor(ALICE, "caldav"),
        owner=ALICE,
        collection="booking-times",
        href="a.ics",
        raw=text.encode(),
    )

    view = list_rules(office.ports, ALICE)[0]

    assert (view.editable, view.first, view.start) == (False, date(2026, 12, 2), "09:00")


def test_renaming_a_service_rewrites_the_rules_that_name_it(office: Office) -> None:
    save_rule(office.ports, Actor(ALICE, "web"), make_rule(services=("s1",)))
    renamed = (replace(TALK, name="Suchthilfe"), COUPLE)
    office.configure(replace(office.institution(), services=renamed))

    count = rewrite_renamed(office.ports)

    view = list_rules(office.ports, ALICE)[0]
    assert (count, view.summary, view.services) == (1, "Suchthilfe", ("s1",))
    assert rewrite_renamed(office.ports) == 0


def test_a_rule_is_understood_once_config_names_its_service(office: Office) -> None:
    save_rule(office.ports, Actor(ALICE, "web"), make_rule(services=("s1",)))
    office.configure(replace(office.institution(), services=(COUPLE,)))
    entry = form_objects.entries(office.ports, ALICE, KIND)[0]
    text = entry.stored.text.replace(TALK.name, "Suchthilfe")
    form_objects.replace(office.ports, Actor(ALICE, "web"), KIND, entry, text)
    assert not list_rules(office.ports, ALICE)[0].understood
    named = (replace(TALK, name="Suchthilfe"), COUPLE)
    office.configure(replace(office.institution(), services=named))

    count = rewrite_renamed(office.ports)

    assert (count, list_rules(office.ports, ALICE)[0].services) == (1, ("s1",))
    assert form_objects.entries(office.ports, ALICE, KIND)[0].stored.text == text
    assert rewrite_renamed(office.ports) == 0
