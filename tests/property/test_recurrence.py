"""Our expansion against that of recurring_ical_events, where both can be asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.localtime import to_instant
from assisto_caldav.domain.recurrence import expand, last_instant

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "UTC")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIRST = datetime.fromisoformat("2025-01-01")


def days_of_week() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True).map(",".join)


rules = st.one_of(
    st.just("FREQ=DAILY"),
    st.integers(1, 3).map(lambda every: f"FREQ=DAILY;INTERVAL={every}"),
    st.builds("FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(1, 3), days_of_week()),
    st.builds("FREQ=MONTHLY;BYDAY={}{}".format, st.sampled_from([-1, 1, 2]), st.sampled_from(DAYS)),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.sampled_from([-1, 1, 29, 31])),
    st.just("FREQ=YEARLY"),
)


@st.composite
def objects(draw: st.DrawFn) -> tuple[str, ZoneInfo]:
    """Draw a series with exceptions and overrides, and the zone of who asks."""
    zone = draw(st.sampled_from(ZONES))
    all_day = draw(st.booleans())
    start = FIRST + timedelta(days=draw(st.integers(0, 400)))
    # Hours that no clock skips or shows twice: there the library keeps Python's view.
    start += timedelta() if all_day else timedelta(hours=draw(st.integers(4, 22)))
    length = draw(st.integers(1, 3)) * (timedelta(days=1) if all_day else timedelta(minutes=45))
    form, params = ("%Y%m%d", ";VALUE=DATE") if all_day else ("%Y%m%dT%H%M%S", f";TZID={zone}")
    rule = draw(rules)
    ending = draw(st.sampled_from(["", "count", "until"]))
    if ending == "count":
        rule += f";COUNT={draw(st.integers(1, 30))}"
    elif ending == "until":
        until = start + timedelta(days=draw(st.integers(0, 500)))
        rule += f";UNTIL={until:%Y%m%d}" if all_day else f";UNTIL={until:%Y%m%dT%H%M%SZ}"

    def written(name: str, moment: datetime) -> str:
        return f"{name}{params}:{moment.strftime(form)}"

    def near() -> datetime:
        return start + timedelta(days=draw(st.integers(0, 60)))

    # Orphans too: what they name need not be an instance.
    changed = draw(st.lists(st.integers(0, 40), max_size=3, unique=True))
    lines = [written("DTSTART", start), written("DTEND", start + length), f"RRULE:{rule}"]
    lines += [written("EXDATE", near()) for _ in range(draw(st.integers(0, 3)))]
    lines += [written("RDATE", near()) for _ in range(draw(st.integers(0, 2)))]
    components = [lines]
    for days in changed:
        moved = near()
        components.append(
            [
                written("RECURRENCE-ID", start + timedelta(days=days)),
                written("DTSTART", moved),
                written("DTEND", moved + length),
            ]
        )
    body = "".join(
        "BEGIN:VEVENT\r\nUID:a\r\n" + "\r\n".join(lines) + "\r\nEND:VEVENT\r\n"
        for lines in components
    )
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{body}END:VCALENDAR\r\n"
    return text, ZoneInfo(zone)


windows = st.builds(
    lambda days, length: (FIRST + timedelta(days=days), FIRST + timedelta(days=days + length)),
    st.integers(-30, 900),
    st.integers(1, 200),
)


def naive_expansion(text: str, zone: ZoneInfo, start: datetime, end: datetime) -> list[object]:
    """Expand with the library alone, all-day events in the zone of who asks."""

    def instant(moment: date) -> int:
        if isinstance(moment, datetime):
            return int(moment.timestamp())
        return to_instant(datetime.combine(moment, datetime.min.time()), zone)

    calendar = icalendar.Calendar.from_ical(text)
    found = recurring_ical_events.of(calendar).between(
        start.replace(tzinfo=zone), end.replace(tzinfo=zone)
    )
    return sorted((instant(event["DTSTART"].dt), instant(event["DTEND"].dt)) for event in found)


@given(objects(), windows)
def test_a_series_is_expanded_as_the_library_expands_it(
    drawn: tuple[str, ZoneInfo], window: tuple[datetime, datetime]
) -> None:
    text, zone = drawn
    start, end = window
    obj = parse_calendar_object(text.encode())

    found = expand(
        obj, Interval(to_instant(start, zone), to_instant(end, zone)), floating_zone=zone
    )

    assert [(one.start, one.end) for one in found] == naive_expansion(text, zone, start, end)


@given(objects())
def test_no_instance_ends_after_the_last_instant(drawn: tuple[str, ZoneInfo]) -> None:
    text, zone = drawn
    obj = parse_calendar_object(text.encode())
    ages = Interval(0, int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()))

    last = last_instant(obj)

    if last is not None:
        ends = [one.end for one in expand(obj, ages, floating_zone=zone)]
        assert max(ends, default=last) <= last


@given(objects(), windows, st.integers(1, 60))
def test_a_window_is_no_more_than_its_two_halves(
    drawn: tuple[str, ZoneInfo], window: tuple[datetime, datetime], days: int
) -> None:
    text, zone = drawn
    obj = parse_calendar_object(text.encode())
    start, end = (to_instant(moment, zone) for moment in window)
    middle = min(start + days * 86_400, end - 1)

    halves = [
        set(expand(obj, part, floating_zone=zone))
        for part in (Interval(start, middle), Interval(middle, end))
    ]

    assert halves[0] | halves[1] == set(expand(obj, Interval(start, end), floating_zone=zone))
