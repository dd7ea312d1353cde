from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assisto_caldav.domain.appointment import Appointment, Known, State
from assisto_caldav.domain.appointment_object import (
    Surroundings,
    event_time,
    follow_state,
    read_object,
    rename,
    render_object,
    summary_of,
)
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import CalendarShows
from assisto_caldav.domain.intervals import Interval
from tests.appointments import HOUR, MINUTE, TEN, change, line, lines
from tests.office import ALICE, NOW, make_institution

AROUND = Surroundings(
    institution=make_institution(),
    counsellor_name="Alice; die Erste",
    public_url="https://termine.example/",
    place="Zimmer 3, 1. Stock",
    video_room="https://video.example/raum",
)
MADE = Appointment(
    id="a1",
    institution="mitte",
    counsellor=ALICE,
    service="s1",
    channel=Channel.VIDEO,
    state=State.REQUESTED,
    start=TEN,
    end=TEN + 50 * MINUTE,
    blocked_until=TEN + HOUR,
    uid="u1@termine.example",
    sign="7F3K",
    requested_at=NOW - HOUR,
    has_email=True,
)


def test_a_request_is_a_tentative_event_of_the_institution() -> None:
    text = render_object(MADE, AROUND, now=NOW)

    event = text.partition("BEGIN:VEVENT")[2]
    assert {
        "UID:u1@termine.example",
        "SEQUENCE:0",
        "DTSTAMP:20261130T110000Z",
        "CREATED:20261130T100000Z",
        "DTSTART;TZID=Europe/Berlin:20261207T100000",
        "DTEND;TZID=Europe/Berlin:20261207T105000",
        "SUMMARY:Anfrage · Video · 7F3K",
        "STATUS:TENTATIVE",
        "TRANSP:OPAQUE",
        "CLASS:PRIVATE",
        "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
        'ORGANIZER;CN="Beratungsstelle Mitte":mailto:termine@mitte.example',
        'ATTENDEE;CN="Alice; die Erste";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;'
        "PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@mitte.example",
        "URL:https://termine.example/staff/appointments/a1",
        "CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://video.example/raum",
        "CATEGORIES:Video",
    } <= set(lines(event))
    assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in text
    assert all(len(row.encode()) <= 75 for row in text.split("\r\n"))


@pytest.mark.parametrize("minutes", [0, 30, 60])
def test_the_hour_that_the_clocks_show_twice_is_written_without_doubt(minutes: int) -> None:
    start = 1_792_886_400 + minutes * MINUTE  # 25 October 2026, 02:00 in summer time
    two = replace(MADE, start=start, end=start + 50 * MINUTE, blocked_until=start + HOUR)

    item = read_object(render_object(two, AROUND, now=NOW))
    again = follow_state(
        item.text, replace(two, state=State.CONFIRMED), AROUND, sequence=1, now=NOW
    )

    assert event_time(item) == event_time(read_object(again)) == Interval(two.start, two.end)


def test_the_object_is_a_valid_calendar_object_at_its_time() -> None:
    item = read_object(render_object(MADE, AROUND, now=NOW))

    assert (item.uid, event_time(item)) == (MADE.uid, Interval(MADE.start, MADE.end))


@pytest.mark.parametrize(
    ("channel", "name", "value"),
    [
        (Channel.ON_SITE, "LOCATION", "LOCATION:Zimmer 3\\, 1. Stock"),
        (Channel.ON_SITE, "CONFERENCE", ""),
        (Channel.PHONE, "LOCATION", ""),
        (Channel.VIDEO, "LOCATION", ""),
    ],
)
def test_the_place_follows_the_channel(channel: Channel, name: str, value: str) -> None:
    text = render_object(replace(MADE, channel=channel), AROUND, now=NOW)

    assert line(text, name) == value


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ({}, "Anfrage · Video · 7F3K"),
        ({"state": State.CONFIRMED}, "Termin · Video · 7F3K"),
        ({"state": State.PROPOSED}, "Vorschlag · Video · 7F3K"),
        ({"state": State.WITHDRAWN}, "Abgesagt · Video · 7F3K"),
        (
            {"state": State.CONFIRMED, "known": Known.NOT_YET, "has_email": False},
            "Noch nicht gelesen · Termin · Video · 7F3K",
        ),
        ({"state": State.CONFIRMED, "known": Known.NOT_YET}, "Termin · Video · 7F3K"),
    ],
)
def test_the_summary_says_what_it_is(changes: dict[str, Any], summary: str) -> None:
    appointment = replace(MADE, **changes)

    assert summary_of(appointment, AROUND.institution) == summary


def test_a_centre_may_let_the_summary_name_the_service() -> None:
    centre = make_institution(calendar_shows=CalendarShows.SERVICE)

    assert summary_of(MADE, centre) == "Anfrage · Suchtberatung · Video · 7F3K"


def test_what_ends_is_shown_as_cancelled_and_free() -> None:
    text = render_object(MADE, AROUND, now=NOW)
    ended = replace(MADE, state=State.EXPIRED)

    after = follow_state(text, ended, AROUND, sequence=4, now=NOW + HOUR)

    assert line(after, "STATUS") == "STATUS:CANCELLED"
    assert line(after, "TRANSP") == "TRANSP:TRANSPARENT"
    assert line(after, "SEQUENCE") == "SEQUENCE:4"
    assert line(after, "DTSTAMP") == line(after, "LAST-MODIFIED").replace(
        "LAST-MODIFIED", "DTSTAMP"
    )


def test_a_time_in_utc_that_is_right_stays_as_the_app_wrote_it() -> None:
    text = render_object(MADE, AROUND, now=NOW)
    text = change(text, "DTSTART", "DTSTART:20261207T090000Z")
    text = change(text, "DTEND", "DURATION:PT50M")
    confirmed = replace(MADE, state=State.CONFIRMED)

    after = follow_state(text, confirmed, AROUND, sequence=1, now=NOW)

    assert line(after, "DTSTART") == "DTSTART:20261207T090000Z"
    assert line(after, "DURATION") == "DURATION:PT50M"


def test_a_move_by_us_replaces_a_duration() -> None:
    text = change(render_object(MADE, AROUND, now=NOW), "DTEND", "DURATION:PT50M")
    later = replace(
        MADE,
        state=State.RESCHEDULED,
        start=TEN + HOUR,
        end=TEN + 2 * HOUR,
        blocked_until=TEN + 2 * HOUR,
    )

    after = follow_state(text, later, AROUND, sequence=1, now=NOW)

    assert event_time(read_object(after)) == Interval(later.start, later.end)
    assert line(after, "DURATION") == ""


def test_renaming_nothing_leaves_the_text_alone() -> None:
    text = render_object(MADE, AROUND, now=NOW)

    assert rename(text, MADE, AROUND.institution, now=NOW + HOUR) == text
