"""The calendar file that goes with a mail."""

from __future__ import annotations

import pytest

from assisto_caldav.adapters.mail.ics import PublishedEvent, published
from assisto_caldav.domain.appointment_object import event_time
from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.intervals import Interval
from tests.appointments import MINUTE

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
