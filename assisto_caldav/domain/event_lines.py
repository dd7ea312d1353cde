"""The lines of VEVENTs that our own forms write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from assisto_caldav.domain.content_lines import fold
from assisto_caldav.domain.timezones import vtimezone_text

Lines = Mapping[str, str | Sequence[str] | None]
_PRODID = "-//Assisto CalDAV//DE"


def stamps(now: int, sequence: int) -> dict[str, str | Sequence[str] | None]:
    """Return what changes with each edit (RFC 5545 §3.8.7)."""
    stamp = f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}"
    return {
        "DTSTAMP": f"DTSTAMP:{stamp}",
        "LAST-MODIFIED": f"LAST-MODIFIED:{stamp}",
        "SEQUENCE": f"SEQUENCE:{sequence}",
    }


def dated(name: str, day: date, at: time | None, zone: ZoneInfo) -> str:
    """Return a property with a wall time, or with a DATE when there is no time."""
    if at is None:
        return f"{name};VALUE=DATE:{day:%Y%m%d}"
    return f"{name};TZID={zone.key}:{day:%Y%m%d}T{at:%H%M%S}"


def calendar_text(uid: str, lines: Lines, zone: ZoneInfo | None) -> str:
    """Return a calendar object of one VEVENT; with a zone, its VTIMEZONE too."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODID}")
    event = ("BEGIN:VEVENT", f"UID:{uid}", *_flat(lines.values()), "END:VEVENT")
    vtimezone = vtimezone_text(zone) if zone else ""
    return f"{_folded(head)}{vtimezone}{_folded(event)}{_folded(('END:VCALENDAR',))}"


def _folded(lines: Iterable[str]) -> str:
    return "".join(fold(line) for line in lines)


def _flat(values: Iterable[str | Sequence[str] | None]) -> Iterable[str]:
    for value in values:
        if value is not None:
            yield from [value] if isinstance(value, str) else value
