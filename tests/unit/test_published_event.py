"""The calendar file that goes with a mail."""

from __future__ import annotations

import icalendar
import pytest

from assisto_caldav.adapters.mail.ics import PublishedEvent, published
from assisto_caldav.domain.appointment_object import event_time
from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.intervals import Interval
from tests.appointments import HOUR, MINUTE

TWO_IN_SUMMER_TIME = 1_792_886_400  # 25 October 2026


@pytest.mark.parametrize("minutes", [0, 30, 60])
def test_the_hour_that_the_clocks_show_twice_is_written_without_doubt(minutes: int) -> None:
    start = TWO_IN_SUMMER_TIME + minutes * MINUTE
    event = PublishedEvent(
        uid="u1",
        summary="Termin",
        start=start,
        end=start + 50 * MINUTE,
        stamp=start,
        zone_name="Europe/Berlin",
    )

    text = published(event).replace("METHOD:PUBLISH\r\n", "")

    assert event_time(parse_calendar_object(text.encode())) == Interval(event.start, event.end)


def test_no_name_or_address_begins_a_line_of_its_own() -> None:
    event = PublishedEvent(
        uid="u1\r\nX-EVIL:1",
        summary="Termin\r\nX-EVIL:2",
        start=TWO_IN_SUMMER_TIME,
        end=TWO_IN_SUMMER_TIME + HOUR,
        stamp=TWO_IN_SUMMER_TIME,
        zone_name="Europe/Berlin",
        organizer="termine@mitte.example\nX-EVIL:3",
        organizer_name='Stelle "Mitte";X=1\r\nX-EVIL:4\x85X-EVIL:5',
        url="https://termine.example/\r\nX-EVIL:6",
    )

    text = published(event)
    lines = icalendar.Calendar.from_ical(text).events[0]

    assert not any(line.startswith("X-EVIL") for line in text.splitlines())
    assert lines["ORGANIZER"].params["CN"] == "Stelle 'Mitte';X=1 X-EVIL:4 X-EVIL:5"
    assert set(lines["ORGANIZER"].params) == {"CN"}
