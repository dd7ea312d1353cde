"""A calendar of reproducible events: singles over two years, and open-ended weekly ones."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

SEED = 11
FIRST = datetime(2026, 1, 5, 8, 0)  # noqa: DTZ001 -- wall time of Europe/Berlin
WEEKS = 104
MINUTES = (0, 15, 30, 45)

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


def events(size: int, weekly: int) -> dict[str, str]:
    """Return VEVENT texts by UID; the first ``weekly`` of them repeat for ever."""
    source = random.Random(SEED)
    made = {}
    for number in range(size):
        uid = f"bench-{number:06}"
        start = FIRST + timedelta(
            weeks=source.randrange(WEEKS if number >= weekly else 8),
            days=source.randrange(5),
            hours=source.randrange(10),
            minutes=source.choice(MINUTES),
        )
        made[uid] = event(uid, start, endless=number < weekly)
    return made


def event(uid: str, start: datetime, *, endless: bool = False) -> str:
    """Return one VEVENT of 50 minutes."""
    end = start + timedelta(minutes=50)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20260101T080000Z",
        f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Berlin:{end:%Y%m%dT%H%M%S}",
        f"SUMMARY:Verlaufsgespräch {uid}",
        "DESCRIPTION:Vereinbarung\\, Rückfrage und nächste Schritte",
        "TRANSP:OPAQUE",
    ]
    if endless:
        lines.append("RRULE:FREQ=WEEKLY")
    return "".join(f"{line}\r\n" for line in [*lines, "END:VEVENT"])


def as_object(vevent: str) -> str:
    """Return a calendar object resource of one event."""
    return HEAD + vevent + TAIL


def as_calendar(vevents: dict[str, str]) -> str:
    """Return all events as one exported calendar."""
    return HEAD + "".join(vevents.values()) + TAIL
