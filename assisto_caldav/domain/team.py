"""What colleagues see of each other's appointments: who, when, and whether it is certain.

RFC 5545 events without anything that could be joined with the appointment: own
UIDs, no ATTENDEE or ORGANIZER, no text, no sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest

from assisto_caldav.domain.content_lines import escape_text, fold

_PRODID = "-//Assisto CalDAV//DE"
_STATUS = {"BUSY": "CONFIRMED", "BUSY-TENTATIVE": "TENTATIVE"}
_BITS = 40
_MASK = (1 << _BITS) - 1


@dataclass(frozen=True, slots=True)
class AppointmentTime:
    """When an appointment's object is, and where it lies; FREE is a cancelled one."""

    collection: str
    href: str
    start: int
    end: int
    fbtype: str
    modified_at: int
    revision: int

    @property
    def is_shown(self) -> bool:
        """Tell whether it takes place, or may."""
        return self.fbtype in _STATUS


def initials_of(name: str) -> str:
    """Return the first letters of first and last name; of a single name the first two."""
    words = name.split()
    if len(words) < 2:
        return name.strip()[:2].upper()
    return f"{words[0][0]}{words[-1][0]}".upper()


def render_team_event(time: AppointmentTime, *, uid: str, initials: str) -> str:
    """Return the calendar object that a colleague sees."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODID}",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_utc(time.modified_at)}",
        f"DTSTART:{_utc(time.start)}",
        f"DTEND:{_utc(time.end)}",
        f"SUMMARY:{escape_text(initials)} belegt",
        f"STATUS:{_STATUS[time.fbtype]}",
        # It is a colleague's time: nobody else's is taken.
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(fold(line) for line in lines)


def _utc(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y%m%dT%H%M%SZ}"


def pack_revisions(revisions: Sequence[int]) -> int:
    """Return several revisions as one number; more than 2**40 of one do not fit."""
    return sum(revision << (_BITS * place) for place, revision in enumerate(revisions))


def unpack_revisions(packed: int, count: int) -> tuple[int, ...]:
    """Return the revisions that ``pack_revisions`` has packed."""
    return tuple((packed >> (_BITS * place)) & _MASK for place in range(count))


def none_exceeds(packed: int, bound: int) -> bool:
    """Tell whether each of the packed revisions is at most that of the bound."""
    return all(one <= most for one, most in zip_longest(_each(packed), _each(bound), fillvalue=0))


def _each(packed: int) -> Iterator[int]:
    while packed:
        yield packed & _MASK
        packed >>= _BITS
