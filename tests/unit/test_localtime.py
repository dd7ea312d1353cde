"""Wall time and instants, around the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.localtime import (
    date_of,
    day_interval,
    parse_rfc3339,
    rfc3339,
    to_instant,
    to_local,
    zone,
)
from assisto_caldav.errors import InvalidInputError

BERLIN = zone("Europe/Berlin")
NEW_YORK = zone("America/New_York")
HOUR = 3600


def utc(*parts: int) -> int:
    """Return the epoch seconds of a time in UTC."""
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[arg-type,misc]  # year to second


def naive(*parts: int) -> datetime:
    """Return a wall time without a zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  # it is what the function takes


@pytest.mark.parametrize(
    "name", ["", "Europe", "localtime", "right/Europe/Berlin", "../etc/passwd", "Mars/Base", "a\0b"]
)
def test_a_name_that_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="Europe/Berlin"):
        zone(name)


@pytest.mark.parametrize(
    ("local", "in_zone", "expected"),
    [
        (naive(2026, 1, 15, 10), BERLIN, utc(2026, 1, 15, 9)),
        (naive(2026, 7, 15, 10), BERLIN, utc(2026, 7, 15, 8)),
        (naive(2028, 2, 29, 10), BERLIN, utc(2028, 2, 29, 9)),
        (naive(2026, 3, 8, 1, 59), NEW_YORK, utc(2026, 3, 8, 6, 59)),
        (naive(2026, 3, 8, 3), NEW_YORK, utc(2026, 3, 8, 7)),
    ],
)
def test_wall_time_becomes_the_instant_of_its_zone(
    local: datetime, in_zone: ZoneInfo, expected: int
) -> None:
    assert to_instant(local, in_zone) == expected


def test_a_time_that_the_clocks_skip_takes_the_offset_before_the_gap() -> None:
    assert to_instant(naive(2026, 3, 29, 2, 30), BERLIN) == utc(2026, 3, 29, 1, 30)
    assert to_instant(naive(2026, 3, 8, 2, 30), NEW_YORK) == utc(2026, 3, 8, 7, 30)


def test_a_time_that_the_clocks_show_twice_is_the_first() -> None:
    assert to_instant(naive(2026, 10, 25, 2, 30), BERLIN) == utc(2026, 10, 25, 0, 30)
    second = naive(2026, 11, 1, 1, 30).replace(fold=1)
    assert to_instant(second, NEW_YORK) == utc(2026, 11, 1, 5, 30)


@pytest.mark.parametrize(
    ("day", "in_zone", "hours"),
    [
        (date(2026, 3, 28), BERLIN, 24),
        (date(2026, 3, 29), BERLIN, 23),
        (date(2026, 10, 25), BERLIN, 25),
        (date(2026, 3, 8), NEW_YORK, 23),
        (date(2026, 11, 1), NEW_YORK, 25),
        (date(2028, 2, 29), BERLIN, 24),
    ],
)
def test_a_day_has_as_many_hours_as_the_clocks_show(
    day: date, in_zone: ZoneInfo, hours: int
) -> None:
    period = day_interval(day, in_zone)

    assert period.end - period.start == hours * HOUR
    assert date_of(period.start, in_zone) == day
    assert date_of(period.end - 1, in_zone) == day


def test_a_day_without_midnight_begins_when_the_clocks_jump() -> None:
    cairo = zone("Africa/Cairo")

    assert to_local(day_interval(date(2026, 4, 24), cairo).start, cairo).hour == 1


@pytest.mark.parametrize(
    ("day", "name"), [(date(2011, 12, 30), "Pacific/Apia"), (date.max, "Europe/Berlin")]
)
def test_a_day_that_a_zone_does_not_have_is_refused(day: date, name: str) -> None:
    with pytest.raises(InvalidInputError, match="no day"):
        day_interval(day, zone(name))


def test_an_instant_is_another_day_west_of_utc() -> None:
    instant = utc(2026, 6, 1, 2)

    assert date_of(instant, NEW_YORK) == date(2026, 5, 31)


def test_an_instant_is_written_with_the_offset_of_its_day() -> None:
    assert rfc3339(utc(2026, 3, 29, 0, 59, 59), BERLIN) == "2026-03-29T01:59:59+01:00"
    assert rfc3339(utc(2026, 3, 29, 1), BERLIN) == "2026-03-29T03:00:00+02:00"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-29T03:00:00+02:00",
        "2026-03-29T01:00:00Z",
        "2026-03-28t21:00:00.999-04:00",
    ],
)
def test_a_time_with_an_offset_is_read(text: str) -> None:
    assert parse_rfc3339(text) == utc(2026, 3, 29, 1)


@pytest.mark.parametrize(
    "text",
    ["", "2026-03-29", "2026-03-29T03:00:00", "2026-03-29T03:00:00 02:00", "2026-02-30T03:00:00Z"],
)
def test_a_time_without_an_offset_is_refused_and_told_what_would_be_right(text: str) -> None:
    with pytest.raises(InvalidInputError, match="right is"):
        parse_rfc3339(text)
