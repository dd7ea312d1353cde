"""The zone of a calendar: ``calendar-timezone`` and ``calendar-timezone-id``.

RFC 4791 §5.2.2, RFC 7809 §5.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assisto_caldav.domain.component import parse_components
from assisto_caldav.domain.object_limits import Limits
from assisto_caldav.domain.object_zone import ObjectZone
from assisto_caldav.domain.timezones import iana_zone, vtimezone_text
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_MOST_OCTETS = 20_000
_MOST_COMPONENTS = 200


def read_calendar_timezone(text: str) -> ZoneInfo | None:
    """Return the zone of tzdata that a ``calendar-timezone`` names, or None for another one.

    Raises:
        InvalidCalendarObjectError: It is no VCALENDAR with exactly one
            VTIMEZONE and nothing else.
    """
    if len(text) > _MOST_OCTETS:
        raise InvalidCalendarObjectError("The time zone is too long.")
    roots = parse_components(text.strip(), Limits(max_components=_MOST_COMPONENTS))
    inner = [found.name for root in roots for found in root.components]
    if [root.name for root in roots] != ["VCALENDAR"] or inner != ["VTIMEZONE"]:
        raise InvalidCalendarObjectError("It is not exactly one VTIMEZONE.")
    [vtimezone] = roots[0].components
    tzid = vtimezone.value("TZID")
    if not tzid:
        raise InvalidCalendarObjectError("The VTIMEZONE has no TZID.")
    ObjectZone(vtimezone)
    return iana_zone(tzid)


def calendar_timezone(zone: ZoneInfo) -> str:
    """Return a zone as a ``calendar-timezone`` property has it."""
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Assisto CalDAV//DE\r\n"
        f"{vtimezone_text(zone)}END:VCALENDAR\r\n"
    )
