"""Reproducible calendars: appointments spread so evenly that a week holds as many at any size.

One in twenty is a weekly series, of which a half misses a session and a
quarter has one moved; what must come back for a window is known.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SEED = 11
PER_WEEK = 30
FIRST = datetime(2024, 1, 1, 8, 0)  # noqa: DTZ001 -- wall time of Europe/Berlin
FAR = datetime(2061, 1, 3, 9, 0)  # noqa: DTZ001 -- wall time; events put while measuring
BERLIN = ZoneInfo("Europe/Berlin")
MINUTES = (0, 15, 30, 45)
LENGTH = timedelta(minutes=50)
SERIES = 20

ZONE = """BEGIN:VTIMEZONE\r
TZID:Europe/Berlin\r
BEGIN:DAYLIGHT\r
DTSTART:19810329T020000\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
END:DAYLIGHT\r
BEGIN:STANDARD\r
DTSTART:19961027T030000\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
END:STANDARD\r
END:VTIMEZONE\r
"""
HEAD = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n{ZONE}"
TAIL = "END:VCALENDAR\r\n"
WORDS = ("Gespräch", "Vereinbarung", "Rückfrage", "Unterlagen", "Begleitung", "Absprache")


@dataclass(frozen=True)
class Event:
    """The VEVENTs of one object, and its instances in UTC epoch seconds."""

    uid: str
    vevents: str
    starts: tuple[int, ...]

    @property
    def text(self) -> str:
        """Return the calendar object."""
        return as_object(self.vevents)

    def starts_in(self, start: int, end: int) -> list[int]:
        """Return the starts of the instances that overlap a window."""
        seconds = int(LENGTH.total_seconds())
        return [at for at in self.starts if at < end and at + seconds > start]


def events(size: int, *, seed: int = SEED) -> dict[str, Event]:
    """Return ``size`` events by UID; another seed makes others."""
    source = random.Random(seed)
    weeks = weeks_of(size)
    return {
        event.uid: event
        for event in (_event(source, number, number * weeks // size) for number in range(size))
    }


def weeks_of(size: int) -> int:
    """Return over how many weeks so many events are spread."""
    return max(8, size // PER_WEEK)


def far_event(number: int) -> Event:
    """Return a single event outside of every window that is asked for."""
    start = FAR + timedelta(days=number % 3000)
    return Event(f"far-{number}", vevent(f"far-{number}", start), (instant(start),))


def _event(source: random.Random, number: int, week: int) -> Event:
    uid = f"{source.getrandbits(64):016x}-{number:06}"
    start = FIRST + timedelta(
        weeks=week,
        days=source.randrange(5),
        hours=source.randrange(10),
        minutes=source.choice(MINUTES),
    )
    if number % SERIES:
        return Event(uid, vevent(uid, start), (instant(start),))
    return _series(source, uid, start)


def _series(source: random.Random, uid: str, start: datetime) -> Event:
    count = source.randrange(6, 20)
    starts = [start + timedelta(weeks=week) for week in range(count)]
    lines, override = [f"RRULE:FREQ=WEEKLY;COUNT={count}"], ""
    kind, which = source.randrange(4), source.randrange(1, count)
    if kind in (0, 1):
        lines.append(f"EXDATE;TZID=Europe/Berlin:{starts.pop(which):%Y%m%dT%H%M%S}")
    elif kind == 2:
        original, moved = starts[which], starts[which] + timedelta(days=1, hours=1)
        starts[which] = moved
        recurrence = f"RECURRENCE-ID;TZID=Europe/Berlin:{original:%Y%m%dT%H%M%S}"
        override = vevent(uid, moved, [recurrence])
    vevents = vevent(uid, start, lines) + override
    return Event(uid, vevents, tuple(sorted(map(instant, starts))))


def instant(wall_time: datetime) -> int:
    """Return a wall time of Berlin as epoch seconds."""
    return int(wall_time.replace(tzinfo=BERLIN).timestamp())


def utc(at: int) -> str:
    """Return an instant as a UTC DATE-TIME."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")


def vevent(uid: str, start: datetime, lines: Iterable[str] = ()) -> str:
    """Return one VEVENT of 50 minutes."""
    words = random.Random(uid)
    return "".join(
        f"{line}\r\n"
        for line in (
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20240101T080000Z",
            "SEQUENCE:0",
            f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/Berlin:{start + LENGTH:%Y%m%dT%H%M%S}",
            *lines,
            f"SUMMARY:{' '.join(words.choices(WORDS, k=3))}",
            *(f"COMMENT:{' '.join(words.choices(WORDS, k=5))}" for _ in range(8)),
            "LOCATION:Raum 3",
            "STATUS:CONFIRMED",
            "TRANSP:OPAQUE",
            "END:VEVENT",
        )
    )


def as_object(vevents: str) -> str:
    """Return a calendar object resource."""
    return HEAD + vevents + TAIL


def as_calendar(found: Iterable[Event]) -> str:
    """Return events as one exported calendar."""
    return HEAD + "".join(event.vevents for event in found) + TAIL
