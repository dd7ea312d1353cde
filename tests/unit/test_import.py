"""Exported calendars, split and taken over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assisto_caldav.domain.calendar_split import split_calendar
from assisto_caldav.errors import (
    InvalidCalendarObjectError,
    NotAllowedError,
    NotFoundError,
)
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.import_calendar import ImportReport, import_file
from tests.appointments import APP, HOUR, TEN, make_request, text_of
from tests.office import ALICE, BOB, Office, open_office
from tests.unit.test_calendars import facts

ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Eigene Zeit\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0200\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)
OTHER_ZONE = ZONE.replace("Eigene Zeit", "Andere Zeit")
SERIES = (
    "BEGIN:VEVENT\r\nUID:series\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Team\\, jede\r\n"
    "  Woche\r\nDTSTART;TZID=Eigene Zeit:20261130T110000\r\nDURATION:PT1H\r\n"
    "RRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n"
)
OVERRIDE = (
    "BEGIN:VEVENT\r\nUID:series\r\nDTSTAMP:20260101T000000Z\r\n"
    "RECURRENCE-ID;TZID=Eigene Zeit:20261207T110000\r\n"
    "DTSTART;TZID=Eigene Zeit:20261207T130000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
)
WINDOWS = (
    "BEGIN:VEVENT\r\nUID:windows\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Supervision\r\n"
    "DTSTART;TZID=W. Europe Standard Time:20261207T100000\r\nDURATION:PT30M\r\nEND:VEVENT\r\n"
)
BROKEN = (
    "BEGIN:VEVENT\r\nUID:broken\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Kaputt\r\n"
    "DTSTART;TZID=Nirgendwo:20261207T100000\r\nEND:VEVENT\r\n"
)
TASK = "BEGIN:VTODO\r\nUID:task\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Bericht\r\nEND:VTODO\r\n"


def calendar(*parts: str) -> str:
    head = "BEGIN:VCALENDAR\r\nPRODID:-//export//EN\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\n"
    return head + "X-WR-CALNAME:Alles\r\n" + "".join(parts) + "END:VCALENDAR\r\n"


EXPORT = calendar(ZONE, OTHER_ZONE, SERIES, WINDOWS, OVERRIDE, BROKEN, TASK)


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        yield opened


def take(office: Office, text: str = EXPORT, name: str = "alt") -> ImportReport:
    return import_file(office.ports, APP, owner=ALICE, name=name, raw=text.encode())


def test_each_uid_becomes_an_object_with_the_zones_that_it_names() -> None:
    series, windows, broken, task = split_calendar(EXPORT)

    assert series.uid == "series"
    assert series.summary == "Team, jede Woche"
    assert series.text == (
        "BEGIN:VCALENDAR\r\nPRODID:-//export//EN\r\nVERSION:2.0\r\n"
        + ZONE
        + SERIES
        + OVERRIDE
        + "END:VCALENDAR\r\n"
    )
    assert "VTIMEZONE" not in windows.text
    assert (broken.uid, task.uid) == ("broken", "task")


def test_a_file_of_several_calendars_is_read_to_its_end() -> None:
    found = split_calendar(calendar(WINDOWS) + calendar(TASK))

    assert [one.uid for one in found] == ["windows", "task"]


def test_the_report_names_what_was_taken_and_what_was_not(office: Office) -> None:
    report = take(office)

    assert report.taken == ("series", "windows", "task")
    [refused] = report.refused
    assert (refused.uid, refused.summary) == ("broken", "Kaputt")
    assert "Nirgendwo" in refused.why


def test_imported_busy_times_block(office: Office) -> None:
    take(office)

    assert facts(office, TEN, 4 * HOUR) == [
        ("busy", TEN, TEN + HOUR // 2),
        ("busy", TEN + 2 * HOUR, TEN + 3 * HOUR),
    ]


def test_a_second_import_replaces_by_uid(office: Office) -> None:
    take(office)
    before = office.objects(ALICE, "alt")

    report = take(office, EXPORT.replace("Supervision", "Intervision"))

    after = office.objects(ALICE, "alt")
    assert len(report.taken) == 3
    assert list(after) == list(before)
    assert sum("Intervision" in text for text in after.values()) == 1


def test_an_appointment_of_ours_is_not_taken_twice(office: Office) -> None:
    make_request(office)

    report = take(office, text_of(office))

    assert report.taken == ()
    assert [one.uid for one in report.refused] == ["uid-a1@termine.example"]


def test_an_object_without_uid_is_refused_alone(office: Office) -> None:
    report = take(office, calendar(WINDOWS.replace("UID:windows\r\n", ""), TASK))

    assert report.taken == ("task",)
    assert report.refused[0].summary == "Supervision"


@pytest.mark.parametrize(
    "text", ["", "nonsense", "BEGIN:VCARD\r\nEND:VCARD\r\n", "BEGIN:VCALENDAR"]
)
def test_what_is_no_calendar_is_refused_as_a_whole(office: Office, text: str) -> None:
    with pytest.raises(InvalidCalendarObjectError):
        take(office, text)


def test_imports_go_into_calendars_of_their_own(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        take(office, name="appointments")


def test_nobody_imports_into_another_home(office: Office) -> None:
    with pytest.raises(NotFoundError):
        import_file(office.ports, Actor(BOB, "web"), owner=ALICE, name="alt", raw=EXPORT.encode())


@pytest.mark.parametrize("line", ["SUMMARY without a colon", "UID", "DTSTART;TZID=X"])
def test_a_line_of_nonsense_keeps_only_its_own_object_out(office: Office, line: str) -> None:
    report = take(office, calendar(WINDOWS.replace("END:VEVENT", f"{line}\r\nEND:VEVENT"), TASK))

    assert "task" in report.taken


def test_reasons_are_told_in_german_with_the_detail(office: Office) -> None:
    endless = WINDOWS.replace("DURATION", "RRULE:FREQ=DAILY;COUNT=99999999\r\nDURATION")

    [refused] = take(office, calendar(endless)).refused

    assert refused.why.startswith("zu viele Wiederholungen oder einzelne Tage (")
