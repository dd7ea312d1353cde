"""Expanding from stored lines says the same as expanding with the parser."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.recurrence import expand
from assisto_radicale.expansion import expand_lines, expand_parsed
from tests.dav.world import make_event

BERLIN = ZoneInfo("Europe/Berlin")
WINDOW = Interval(1_796_079_600, 1_796_079_600 + 30 * 86_400)  # from 1 December 2026
ALARM = (
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDURATION:PT5M\r\nREPEAT:2\r\nEND:VALARM"
)
LONG = "DESCRIPTION:" + "Wort " * 20


def with_override(text: str, *lines: str) -> str:
    uid = text.partition("UID:")[2].partition("\r")[0]
    override = "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"))
    return text.replace("END:VCALENDAR", f"{override}\r\nEND:VCALENDAR")


def fast(text: str) -> str | None:
    found = expand(parse_calendar_object(text.encode()), WINDOW, floating_zone=BERLIN)
    return expand_lines(text, found, BERLIN)  # type: ignore[arg-type] - occurrences come as a list of any kind


def told(text: str | None) -> list[str]:
    """Unfolded lines in an order of no meaning."""
    assert text is not None
    unfolded = text.replace("\r\n ", "").replace("\r\n\t", "")
    return sorted(unfolded.split("\r\n"))


@pytest.mark.parametrize(
    "text",
    [
        make_event("single"),
        make_event("weekly", "RRULE:FREQ=WEEKLY", "EXDATE:20261208T090000Z", LONG, "SUMMARY:a, b"),
        make_event("alarm", "RRULE:FREQ=DAILY;COUNT=3", ALARM, ALARM),
        make_event("length", "RRULE:FREQ=DAILY;COUNT=3", end="DURATION:PT90M"),
        make_event(
            "days",
            "RRULE:FREQ=WEEKLY",
            start="DTSTART;VALUE=DATE:20261201",
            end="DTEND;VALUE=DATE:20261203",
        ),
        make_event("floating", "RRULE:FREQ=DAILY", start="DTSTART:20261201T120000", end=""),
        make_event("berlin", "RDATE;TZID=Europe/Berlin:20261205T\r\n 100000",
                   start="DTSTART;TZID=Europe/Berlin:20261201T090000",
                   end="DTEND;TZID=Europe/Berlin:20261201T100000"),
        make_event("elsewhere", start="DTSTART:20200101T000000Z", end=""),
        with_override(
            make_event("moved", "RRULE:FREQ=DAILY;COUNT=5", LONG),
            "RECURRENCE-ID:20261203T090000Z", "DTSTART:20261210T150000Z", "DURATION:PT30M",
            "SUMMARY:verlegt", ALARM,
        ),
        with_override(
            make_event("berlin-moved", "RRULE:FREQ=DAILY;COUNT=5",
                       start="DTSTART;TZID=Europe/Berlin:20261201T090000",
                       end="DTEND;TZID=Europe/Berlin:20261201T100000"),
            "RECURRENCE-ID;TZID=Europe/Ber\r\n lin:20261203T090000",
            "DTSTART;TZID=America/New_York:20261203T090000",
        ),
        with_override(
            make_event("day-moved", "RRULE:FREQ=DAILY;COUNT=5", "EXDATE;VALUE=DATE:20261202",
                       start="DTSTART;VALUE=DATE:20261201", end=""),
            "RECURRENCE-ID;VALUE=DATE:20261203", "DTSTART;VALUE=DATE:20261220",
        ),
        with_override(
            make_event("floating-moved", "RRULE:FREQ=DAILY;COUNT=3",
                       start="DTSTART:20261201T120000", end=""),
            "RECURRENCE-ID:20261202T120000", "DTSTART:20261202T180000",
        ),
        with_override(
            make_event("excluded", "RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20261203T090000Z"),
            "RECURRENCE-ID:20261203T090000Z", "DTSTART:20261203T100000Z",
        ),
        make_event("orphan", "RECURRENCE-ID:20261201T090000Z"),
    ],
    ids=lambda text: text.partition("UID:")[2].partition("\r")[0],
)  # fmt: skip
def test_both_ways_say_the_same(text: str) -> None:
    assert told(fast(text)) == told(expand_parsed(text, WINDOW, BERLIN))


@pytest.mark.parametrize(
    "text",
    [
        make_event("late", f"{ALARM}\r\nSUMMARY:after the alarm"),
        make_event("two").replace("END:VCALENDAR", "BEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR"),
        make_event("other", component="VTODO", end="DUE:20261201T100000Z"),
        make_event("returns").replace("\r\n", "\r"),
        make_event("small").replace("END:VEVENT", "begin:valarm\r\nend:valarm\r\nEND:VEVENT"),
        with_override(
            make_event("range", "RRULE:FREQ=DAILY"),
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20261203T090000Z", "DTSTART:20261203T100000Z",
        ),
        with_override(
            make_event("zone", "RRULE:FREQ=DAILY"),
            "RECURRENCE-ID;TZID=Mine:20261203T090000", "DTSTART:20261203T100000Z",
        ),
        with_override(
            make_event("kind", "RRULE:FREQ=DAILY"),
            "RECURRENCE-ID;VALUE=DATE:20261203", "DTSTART:20261203T100000Z",
        ),
    ],
    ids=[
        "property after an alarm", "two components", "no event", "bare returns", "small letters",
        "this and future", "a zone of its own", "another kind",
    ],
)  # fmt: skip
def test_what_is_not_simple_is_left_to_the_parser(text: str) -> None:
    assert expand_lines(text, [], BERLIN) is None
