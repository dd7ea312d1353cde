"""Booking times as VAVAILABILITY and back: what the domain knows without a server."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.availability import NO_SERVICE, Plan, Rule, plan_changes
from assisto_caldav.domain.availability_reading import Wanted, read_availability
from assisto_caldav.domain.availability_text import render_availability
from assisto_caldav.domain.booking_times import match_services, remembered_names
from assisto_caldav.domain.calendar_object import CalendarObject, Limits, parse_calendar_object
from assisto_caldav.domain.freebusy import combine
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.recurrence import expand
from assisto_caldav.errors import InvalidCalendarObjectError
from tests.office import BERLIN, COUPLE, NOW, TALK

SERVICES = (TALK, COUPLE)
CUSTOM = (
    "BEGIN:VTIMEZONE\r\nTZID:Mein Büro\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "TZOFFSETFROM:+{0}00\r\nTZOFFSETTO:+{0}00\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def event(uid: str, *lines: str, summary: str = "alle", zones: str = "") -> CalendarObject:
    """A rule from nine to ten on Monday, 7 December, unless lines say more."""
    times = (
        "DTSTART;TZID=Europe/Berlin:20261207T090000",
        "DTEND;TZID=Europe/Berlin:20261207T100000",
    )
    own = lines if any(line.startswith("DTSTART") for line in lines) else (*times, *lines)
    inner = "\r\n".join((f"UID:{uid}", "DTSTAMP:20261101T000000Z", f"SUMMARY:{summary}", *own))
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{zones}BEGIN:VEVENT\r\n{inner}\r\n"
    return parse_calendar_object(f"{text}END:VEVENT\r\nEND:VCALENDAR\r\n".encode())


def render(*items: CalendarObject) -> str:
    return render_availability(items, uid="v", changed_at=NOW, zone=BERLIN)


def read(text: str, **limits: int) -> list[Wanted]:
    return read_availability(text.encode(), zone=BERLIN, now=NOW, limits=Limits(**limits))


def stored(item: CalendarObject, services: tuple[str, ...] = ("*",), shown: bool = True) -> Rule:
    return Rule(f"{item.uid}.ics", item, services, shown)


def plan(rules: list[Rule], text: str) -> Plan:
    return plan_changes(
        rules,
        read(text),
        zone=BERLIN,
        now=NOW,
        match=lambda summary: match_services(summary, SERVICES),
    )


def starts(item: CalendarObject) -> list[int]:
    window = Interval(NOW, NOW + 60 * 86_400)
    return [found.start for found in expand(item, window, floating_zone=BERLIN)]


def test_an_all_day_rule_is_from_midnight_to_midnight_there() -> None:
    item = event(
        "a",
        "DTSTART;VALUE=DATE:20261207",
        "DTEND;VALUE=DATE:20261208",
        "RRULE:FREQ=WEEKLY;UNTIL=20261221",
        "EXDATE;VALUE=DATE:20261214",
    )

    text = render(item)

    assert "DTSTART;TZID=Europe/Berlin:20261207T000000\r\n" in text
    assert "DTEND;TZID=Europe/Berlin:20261208T000000\r\n" in text
    assert "RRULE:FREQ=WEEKLY;UNTIL=20261221T225959Z\r\n" in text
    assert "EXDATE;TZID=Europe/Berlin:20261214T000000\r\n" in text
    assert starts(read(text)[0].item) == starts(item)


def test_two_zones_of_one_name_stay_two() -> None:
    times = ("DTSTART;TZID=Mein Büro:20261207T090000", "DTEND;TZID=Mein Büro:20261207T100000")
    east, west = (
        event(uid, *times, "RRULE:FREQ=DAILY;COUNT=3", zones=CUSTOM.format(hours))
        for uid, hours in (("east", "05"), ("west", "02"))
    )

    text = render(east, west)

    assert "TZID:Mein Büro\r\n" in text
    assert "TZID:Mein Büro 2\r\n" in text
    assert [starts(want.item) for want in read(text)] == [starts(east), starts(west)]
    assert plan([stored(east), stored(west)], text) == Plan()


def test_an_rdate_and_a_this_and_future_change_come_back_as_they_were() -> None:
    override = (
        "BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:alle\r\n"
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261214T090000\r\n"
        "DTSTART;TZID=Europe/Berlin:20261214T150000\r\nDURATION:PT2H\r\nEND:VEVENT\r\n"
    )
    plain = event(
        "a",
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "RDATE;VALUE=PERIOD:20261209T080000Z/PT3H",
        "RDATE;TZID=Europe/Berlin:20261210T090000",
    )
    text = plain.text.replace("END:VCALENDAR", f"{override}END:VCALENDAR")
    item = parse_calendar_object(text.encode())

    written = render(item)

    assert starts(read(written)[0].item) == starts(item)
    assert plan([stored(item)], written) == Plan()


def test_a_long_summary_is_folded_and_read_whole() -> None:
    summary = "Suchtberatung\\, Paarberatung und alles\\, was sonst noch dazugehört " * 2

    text = render(event("a", summary=summary))

    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert read(text)[0].summary == summary.replace("\\", "").strip()


def test_the_uid_says_which_rule_is_meant_even_when_two_change_places() -> None:
    talk = event("a", summary="Suchtberatung")
    couple = event("b", "DURATION:PT1H", "DTSTART;TZID=Europe/Berlin:20261208T090000",
                   summary="Paarberatung")  # fmt: skip
    swapped = render(talk, couple).replace("UID:a", "UID:x").replace("UID:b", "UID:a")
    text = swapped.replace("UID:x", "UID:b").replace("SUMMARY:", "X-OLD:")

    changes = plan([stored(talk, ("s1",)), stored(couple, ("s2",))], text)

    assert sorted(changes.changed) == ["a.ics", "b.ics"]
    assert "SUMMARY:Suchtberatung" in changes.changed["a.ics"]
    assert "T090000" in changes.changed["a.ics"]
    assert (changes.added, changes.removed) == ([], [])


def test_a_new_summary_changes_what_a_rule_is_for_and_no_other_line() -> None:
    item = event("a", "X-MINE:1", summary="Suchtberatung")
    text = render(item).replace("SUMMARY:Suchtberatung", "SUMMARY:Paarberatung")

    changes = plan([stored(item, ("s1",))], text)

    assert set(changes.changed["a.ics"].split("\r\n")) - set(item.text.split("\r\n")) == {
        "SUMMARY:Paarberatung", "DTSTAMP:20261130T110000Z", "LAST-MODIFIED:20261130T110000Z",
        "SEQUENCE:1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([], "alle"),
        (["Paarberatung", "Paarberatung"], "Paarberatung"),
        (["Paarberatung", "Suchtberatung"], NO_SERVICE),
    ],
)
def test_a_new_time_without_a_name_is_for_what_all_others_are_for(
    there: list[str], expected: str
) -> None:
    rules = [
        stored(event(f"u{number}", summary=name), match_services(name, SERVICES) or ())
        for number, name in enumerate(there)
    ]
    new = event("new", "DTSTART;TZID=Europe/Berlin:20261209T150000", "DURATION:PT1H", summary="x")
    text = render(*(rule.item for rule in rules), new).replace("SUMMARY:x\r\n", "")

    changes = plan(rules, text)

    ((uid, added),) = changes.added
    assert (uid, changes.changed, changes.removed) == ("new", {}, [])
    assert f"SUMMARY:{expected}\r\n" in added


def test_a_rule_that_is_not_shown_is_neither_removed_nor_doubled() -> None:
    hidden = stored(event("a", summary="Mittagspause"), (), shown=False)

    emptied = plan([hidden], render())
    repeated = plan([hidden], render(hidden.item).replace("UID:a", "UID:b"))

    assert emptied == Plan()
    assert repeated == Plan()


def test_a_rule_whose_times_moved_to_another_zone_gets_its_vtimezone() -> None:
    item = event("a", "RRULE:FREQ=WEEKLY", "X-MINE:1")
    text = render(item).replace("Europe/Berlin", "America/New_York")

    changed = plan([stored(item)], text).changed["a.ics"]

    again = parse_calendar_object(changed.encode())
    assert "TZID:America/New_York" in changed
    assert (again.uid, again.sequence) == ("a", 1)
    assert starts(again)[0] - starts(item)[0] == 6 * 3600


def test_what_is_too_large_has_its_own_precondition() -> None:
    with pytest.raises(InvalidCalendarObjectError) as refused:
        read(render(event("a")), max_bytes=100)

    assert refused.value.precondition == "max-resource-size"


def test_a_day_west_of_utc_keeps_its_weekday() -> None:
    york = ZoneInfo("America/New_York")
    item = event(
        "a",
        "DTSTART:20261207T200000",
        "DTEND:20261207T220000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261221T200000",
    )

    text = render_availability([item], uid="v", changed_at=NOW, zone=york)

    (want,) = read_availability(text.encode(), zone=york, now=NOW)
    window = Interval(NOW, NOW + 60 * 86_400)
    found, same = (expand(one, window, floating_zone=york) for one in (want.item, item))
    assert [one.start for one in found] == [one.start for one in same]
    assert len(found) == 3


def test_a_former_name_means_its_service_until_another_has_it() -> None:
    before = remembered_names({}, SERVICES)
    renamed = (replace(TALK, name="Suchthilfe"), COUPLE)
    taken = (replace(TALK, name="Suchthilfe"), replace(COUPLE, name="Suchtberatung"))

    assert match_services("Suchtberatung", renamed) is None
    assert match_services("Suchtberatung", renamed, before) == ("s1",)
    assert match_services("suchthilfe, Suchtberatung", renamed, before) == ("s1",)
    assert match_services("Suchtberatung", taken, before) == ("s2",)


def test_a_name_that_two_services_have_had_means_neither() -> None:
    taken = (replace(TALK, name="Suchthilfe"), replace(COUPLE, name="Suchtberatung"))
    names = remembered_names(remembered_names({}, SERVICES), taken)
    today = (replace(TALK, name="Suchthilfe"), replace(COUPLE, name="Paare"))

    assert match_services("Suchtberatung", today, names) is None


def test_unavailable_time_is_stronger_than_what_is_tentative() -> None:
    periods = [
        ("BUSY-TENTATIVE", Interval(0, 100)),
        ("BUSY-UNAVAILABLE", Interval(40, 60)),
        ("BUSY", Interval(50, 70)),
        ("FREE", Interval(0, 200)),
    ]

    found = combine(periods, Interval(10, 90))

    assert found == {
        "BUSY": [Interval(50, 70)],
        "BUSY-UNAVAILABLE": [Interval(40, 50)],
        "BUSY-TENTATIVE": [Interval(10, 40), Interval(70, 90)],
    }
