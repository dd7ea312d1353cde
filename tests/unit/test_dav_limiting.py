"""``limit-recurrence-set`` and ``limit-freebusy-set`` (RFC 4791 §9.6.6, §9.6.7)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.intervals import Interval
from assisto_radicale.freebusy_components import limit_freebusy
from assisto_radicale.limiting import limit_recurrences
from tests.dav.world import as_calendar, make_event

BERLIN = ZoneInfo("Europe/Berlin")
DAY = 86_400
FIFTH = Interval(1_796_428_800, 1_796_428_800 + DAY)  # 5 December 2026, UTC


def override(recurrence_id: str, *lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", "UID:x", f"RECURRENCE-ID{recurrence_id}", *lines, "END:VEVENT")


@pytest.mark.parametrize(
    ("lines", "is_kept"),
    [
        (override(":20261205T090000Z", "DTSTART:20270105T090000Z"), True),
        (override(":20261206T090000Z", "DTSTART:20261205T200000Z"), True),
        (override(":20261206T090000Z", "DTSTART:20261206T200000Z"), False),
        (override(":20261204T233000Z", "DTSTART:20270105T090000Z"), True),
        (override(";RANGE=THISANDFUTURE:20261202T090000Z", "DTSTART:20261202T100000Z"), True),
        (override(";RANGE=THISANDFUTURE:20261207T090000Z", "DTSTART:20261207T100000Z"), False),
        (override(":20261206T090000Z", "DTSTART:20261206T200000Z", "BEGIN:VALARM",
                  "TRIGGER:-PT5M", "END:VALARM"), False),
    ],
)  # fmt: skip
def test_overrides_stay_that_bear_on_the_window(lines: tuple[str, ...], is_kept: bool) -> None:
    master = (
        "BEGIN:VEVENT", "UID:x", "DTSTART:20261201T090000Z", "DURATION:PT1H",
        "RRULE:FREQ=DAILY", "END:VEVENT",
    )  # fmt: skip
    whole = as_calendar(*master, *lines)

    limited = limit_recurrences(whole, FIFTH, BERLIN)

    assert limited == (whole if is_kept else as_calendar(*master))


def test_an_object_without_overrides_stays_as_it_is() -> None:
    text = make_event("one")

    assert limit_recurrences(text, FIFTH, BERLIN) is text


def test_freebusy_keeps_the_periods_of_the_window_and_its_lines() -> None:
    text = as_calendar(
        "BEGIN:VFREEBUSY", "UID:x",
        "FREEBUSY;FBTYPE=BUSY:20261204T000000Z/PT1H,20261205T100000Z/PT1H,\r\n"
        " 20261206T000000Z/20261206T010000Z",
        "FREEBUSY:20261204T000000Z/PT1H",
        "COMMENT:FREEBUSY", "END:VFREEBUSY",
    )  # fmt: skip

    limited = limit_freebusy(text, FIFTH)

    assert limited == as_calendar(
        "BEGIN:VFREEBUSY", "UID:x", "FREEBUSY;FBTYPE=BUSY:20261205T100000Z/PT1H",
        "COMMENT:FREEBUSY", "END:VFREEBUSY",
    )  # fmt: skip


def test_an_event_has_no_periods_to_limit() -> None:
    text = make_event("one", "COMMENT:FREEBUSY")

    assert limit_freebusy(text, FIFTH) == text
