"""Time ranges on components, alarms and properties (RFC 4791 §9.7.1, §9.9)."""

from __future__ import annotations

import pytest

from tests.dav.samples import CALENDAR, HOME, events, prop, put, text_match
from tests.dav.world import DavClient, as_calendar, make_event

MINE = f"{HOME}mine/"
MOVED_TO_JANUARY = as_calendar(
    "BEGIN:VEVENT", "UID:series", "DTSTART:20261201T090000Z", "DTEND:20261201T100000Z",
    "RRULE:FREQ=DAILY;COUNT=5", "SUMMARY:Team", "END:VEVENT",
    "BEGIN:VEVENT", "UID:series", "RECURRENCE-ID:20261203T090000Z",
    "DTSTART:20270110T090000Z", "DTEND:20270110T100000Z", "SUMMARY:Klausur", "LOCATION:Ulm",
    "END:VEVENT",
)  # fmt: skip
LATER = as_calendar(
    "BEGIN:VEVENT", "UID:later", "DTSTART:20261201T090000Z", "DTEND:20261201T100000Z",
    "RRULE:FREQ=DAILY;COUNT=10", "SUMMARY:früh", "END:VEVENT",
    "BEGIN:VEVENT", "UID:later", "RECURRENCE-ID;RANGE=THISANDFUTURE:20261205T090000Z",
    "DTSTART:20261205T150000Z", "DTEND:20261205T160000Z", "SUMMARY:spät", "END:VEVENT",
)  # fmt: skip


def during(start: str, end: str = "") -> str:
    until = f" end='{end}'" if end else ""
    return f"<C:time-range start='{start}'{until}/>"


def alarms(start: str, end: str, component: str = "VEVENT") -> str:
    inner = f"<C:comp-filter name='VALARM'>{during(start, end)}</C:comp-filter>"
    return f"<C:comp-filter name='{component}'>{inner}</C:comp-filter>"


def todo(*lines: str, uid: str = "todo") -> str:
    return as_calendar("BEGIN:VTODO", f"UID:{uid}", *lines, "END:VTODO")


@pytest.fixture
def mine(alice: DavClient) -> DavClient:
    assert alice.request("MKCALENDAR", MINE).status == 201
    return alice


@pytest.mark.parametrize(
    ("summary", "start", "end", "matches"),
    [
        ("Team", "20261201T000000Z", "20261206T000000Z", True),
        ("Team", "20261203T000000Z", "20261204T000000Z", False),
        ("Team", "20270110T000000Z", "20270111T000000Z", False),
        ("Klausur", "20270110T000000Z", "20270111T000000Z", True),
        ("Klausur", "20261201T000000Z", "20261206T000000Z", False),
        ("Klausur", "20261201T000000Z", "20270111T000000Z", True),
    ],
)
def test_a_time_range_and_a_property_are_of_the_same_component(
    alice: DavClient, summary: str, start: str, end: str, matches: bool
) -> None:
    put(alice, MOVED_TO_JANUARY)

    found = alice.found(CALENDAR, events(during(start, end) + prop("SUMMARY", text_match(summary))))

    assert found == (["series.ics"] if matches else [])


def test_two_properties_are_of_the_same_component(alice: DavClient) -> None:
    put(alice, MOVED_TO_JANUARY)
    in_ulm = prop("LOCATION", text_match("Ulm"))

    assert alice.found(CALENDAR, events(prop("SUMMARY", text_match("Team")) + in_ulm)) == []
    assert alice.found(CALENDAR, events(prop("SUMMARY", text_match("Klausur")) + in_ulm)) == [
        "series.ics"
    ]


@pytest.mark.parametrize(
    ("start", "end", "summary", "matches"),
    [
        ("20261204T080000Z", "20261204T120000Z", "früh", True),
        ("20261207T080000Z", "20261207T120000Z", "früh", False),
        ("20261207T140000Z", "20261207T170000Z", "spät", True),
        ("20261204T140000Z", "20261204T170000Z", "spät", False),
    ],
)
def test_a_change_of_this_and_all_future_instances_moves_them_all(
    alice: DavClient, start: str, end: str, summary: str, matches: bool
) -> None:
    put(alice, LATER)
    expected = ["later.ics"] if matches else []

    assert alice.found(CALENDAR, events(during(start, end))) == expected
    assert (
        alice.found(CALENDAR, events(during(start, end) + prop("SUMMARY", text_match(summary))))
        == expected
    )


@pytest.mark.parametrize(
    ("lines", "start", "end", "matches"),
    [
        # DTSTART and DUE
        (("DTSTART:20261201T100000Z", "DUE:20261201T120000Z"),
         "20261201T120000Z", "20261201T130000Z", False),
        (("DTSTART:20261201T100000Z", "DUE:20261201T120000Z"),
         "20261201T115959Z", "20261201T130000Z", True),
        (("DTSTART:20261201T100000Z", "DUE:20261201T100000Z"),
         "20261201T090000Z", "20261201T100000Z", True),
        (("DTSTART:20261201T100000Z", "DUE:20261201T100000Z"),
         "20261201T100000Z", "20261201T110000Z", True),
        # DTSTART and DURATION
        (("DTSTART:20261201T100000Z", "DURATION:PT1H"),
         "20261201T110000Z", "20261201T120000Z", True),
        (("DTSTART:20261201T100000Z", "DURATION:PT1H"),
         "20261201T110001Z", "20261201T120000Z", False),
        # DTSTART alone
        (("DTSTART:20261201T100000Z",), "20261201T100000Z", "20261201T110000Z", True),
        (("DTSTART:20261201T100000Z",), "20261201T090000Z", "20261201T100000Z", False),
        # DUE alone
        (("DUE:20261201T100000Z",), "20261201T090000Z", "20261201T100000Z", True),
        (("DUE:20261201T100000Z",), "20261201T100000Z", "20261201T110000Z", False),
        # COMPLETED and CREATED
        (("COMPLETED:20261203T000000Z", "CREATED:20261201T000000Z"),
         "20261203T000000Z", "20261204T000000Z", True),
        (("COMPLETED:20261203T000000Z", "CREATED:20261201T000000Z"),
         "20261130T000000Z", "20261201T000000Z", True),
        (("COMPLETED:20261203T000000Z", "CREATED:20261201T000000Z"),
         "20261203T000001Z", "20261204T000000Z", False),
        # COMPLETED alone
        (("COMPLETED:20261203T000000Z",), "20261203T000000Z", "20261204T000000Z", True),
        (("COMPLETED:20261203T000000Z",), "20261202T000000Z", "20261203T000000Z", True),
        (("COMPLETED:20261203T000000Z",), "20261201T000000Z", "20261202T000000Z", False),
        # CREATED alone
        (("CREATED:20261203T000000Z",), "20261203T000000Z", "20261204T000000Z", True),
        (("CREATED:20261203T000000Z",), "20261202T000000Z", "20261203T000000Z", False),
        # nothing
        (("SUMMARY:irgendwann",), "19990101T000000Z", "19990102T000000Z", True),
    ],
)  # fmt: skip
def test_to_dos_match_by_the_table(
    mine: DavClient, lines: tuple[str, ...], start: str, end: str, matches: bool
) -> None:
    put(mine, todo(*lines), calendar=MINE)

    found = mine.found(MINE, f"<C:comp-filter name='VTODO'>{during(start, end)}</C:comp-filter>")

    assert found == (["todo.ics"] if matches else [])


@pytest.mark.parametrize(
    ("line", "start", "end", "matches"),
    [
        ("DTSTART:20261201T100000Z", "20261201T100000Z", "20261201T110000Z", True),
        ("DTSTART:20261201T100000Z", "20261201T090000Z", "20261201T100000Z", False),
        ("DTSTART;VALUE=DATE:20261201", "20261201T200000Z", "20261201T210000Z", True),
        ("SUMMARY:undatiert", "20261201T000000Z", "20271201T000000Z", False),
    ],
)
def test_journals_match_by_the_table(
    mine: DavClient, line: str, start: str, end: str, matches: bool
) -> None:
    put(mine, as_calendar("BEGIN:VJOURNAL", "UID:day", line, "END:VJOURNAL"), calendar=MINE)

    found = mine.found(MINE, f"<C:comp-filter name='VJOURNAL'>{during(start, end)}</C:comp-filter>")

    assert found == (["day.ics"] if matches else [])


@pytest.mark.parametrize(
    ("trigger", "at"),
    [
        ("TRIGGER:-PT15M", "20261201T084500Z"),
        ("TRIGGER:PT15M", "20261201T091500Z"),
        ("TRIGGER;RELATED=END:-PT15M", "20261201T094500Z"),
        ("TRIGGER;RELATED=END:PT0S", "20261201T100000Z"),
        ("TRIGGER;VALUE=DATE-TIME:20261124T000000Z", "20261124T000000Z"),
        ("TRIGGER:-PT15M\r\nDURATION:PT5M\r\nREPEAT:2", "20261201T084500Z"),
        ("TRIGGER:-PT15M\r\nDURATION:PT5M\r\nREPEAT:2", "20261201T085500Z"),
    ],
)
def test_alarms_match_the_second_in_which_they_go_off(
    alice: DavClient, trigger: str, at: str
) -> None:
    put(alice, make_event("one", "BEGIN:VALARM", "ACTION:AUDIO", trigger, "END:VALARM"))
    after = f"{at[:9]}{int(at[9:15]) + 1:06}Z"

    assert alice.found(CALENDAR, alarms(at, after)) == ["one.ics"]
    assert alice.found(CALENDAR, alarms(after, after.replace("01Z", "02Z"))) == []


def test_a_repeated_alarm_ends(alice: DavClient) -> None:
    alarm = ("BEGIN:VALARM", "TRIGGER:-PT15M", "DURATION:PT5M", "REPEAT:2", "END:VALARM")
    put(alice, make_event("one", *alarm))

    assert alice.found(CALENDAR, alarms("20261201T085501Z", "20261201T180000Z")) == []
    assert alice.found(CALENDAR, alarms("20261201T084501Z", "20261201T085000Z")) == []


def test_alarms_of_a_series_go_off_for_each_instance_that_is_left(alice: DavClient) -> None:
    alarm = ("BEGIN:VALARM", "TRIGGER:-P1D", "END:VALARM")
    put(alice, make_event("days", "RRULE:FREQ=DAILY", "EXDATE:20261210T090000Z", *alarm))

    assert alice.found(CALENDAR, alarms("20361204T090000Z", "20361204T090001Z")) == ["days.ics"]
    assert alice.found(CALENDAR, alarms("20261209T000000Z", "20261210T000000Z")) == []
    assert alice.found(CALENDAR, alarms("20261130T000000Z", "20261130T090000Z")) == []


def test_alarms_of_overrides_are_their_own(alice: DavClient) -> None:
    text = MOVED_TO_JANUARY.replace("LOCATION:Ulm", "BEGIN:VALARM\r\nTRIGGER:-PT1H\r\nEND:VALARM")
    put(alice, text)

    assert alice.found(CALENDAR, alarms("20270110T080000Z", "20270110T090000Z")) == ["series.ics"]
    assert alice.found(CALENDAR, alarms("20261201T000000Z", "20261210T000000Z")) == []


@pytest.mark.parametrize(
    ("name", "start", "end", "matches"),
    [
        ("DTSTART", "20261201T090000Z", "20261201T090001Z", True),
        ("DTSTART", "20261201T090001Z", "20261202T000000Z", False),
        ("DTEND", "20261201T103000Z", "20261201T103001Z", True),
        ("DTEND", "20261201T000000Z", "20261201T103000Z", False),
        ("LAST-MODIFIED", "20261101T000000Z", "20261102T000000Z", True),
        ("CREATED", "20261101T000000Z", "20261102T000000Z", False),
    ],
)
def test_properties_are_found_by_time_and_the_end_by_its_duration(
    alice: DavClient, name: str, start: str, end: str, matches: bool
) -> None:
    put(alice, make_event("one", "LAST-MODIFIED:20261101T120000Z", end="DURATION:PT90M"))

    found = alice.found(CALENDAR, events(prop(name, during(start, end))))

    assert found == (["one.ics"] if matches else [])


@pytest.mark.parametrize(
    ("collation", "text", "matches"),
    [
        ("i;ascii-casemap", "ÜBUNG", True),
        ("i;ascii-casemap", "übung", False),
        ("i;unicode-casemap", "ÜBUNG", True),
        ("i;unicode-casemap", "U\u0308BUNG", True),
        ("i;unicode-casemap", "STRASSE", False),
        ("i;unicode-casemap", "STRAßE", True),
        ("i;octet", "übung", False),
        ("i;octet", "Straße\n", True),
        ("default", "übung", False),
    ],
)
def test_collations_compare_as_they_are_defined(
    alice: DavClient, collation: str, text: str, matches: bool
) -> None:
    put(alice, make_event("one", "SUMMARY:Übung\\, Straße\\nHaus"))

    found = alice.found(
        CALENDAR, events(prop("SUMMARY", text_match(text, f"collation='{collation}'")))
    )

    assert found == (["one.ics"] if matches else [])


def test_folded_names_and_values_are_found(alice: DavClient) -> None:
    text = make_event("one").replace("DTEND", "SUM\r\n MARY:Beratungs\r\n\tstelle\r\nDTEND")
    assert alice.put(f"{CALENDAR}one.ics", text).status == 201

    assert alice.found(CALENDAR, events(prop("SUMMARY", text_match("beratungsstelle")))) == [
        "one.ics"
    ]
