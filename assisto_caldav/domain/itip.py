"""iTIP messages (RFC 5546): what lies in the inbox, and asking for busy time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assisto_caldav.domain.attendee import canonical_address
from assisto_caldav.domain.calendar_object import decode
from assisto_caldav.domain.component import parse_components
from assisto_caldav.domain.content_lines import escape_text, fold, iter_lines, line_end_of
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.object_checks import only_moment
from assisto_caldav.domain.timezones import Zones
from assisto_caldav.errors import InvalidCalendarObjectError, InvalidSchedulingMessageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.object_limits import Limits
    from assisto_caldav.domain.timezones import Zone

MASK_UID = "X-CALENDARSERVER-MASK-UID"
"""Apple's: an event whose time shall not count, as it is the one being moved."""

_PRODID = "-//Assisto CalDAV//DE"


@dataclass(frozen=True, slots=True)
class FreeBusyRequest:
    """A VFREEBUSY request (RFC 5546 §3.3.2).

    ``organizer`` is canonical; ``attendees`` are as they were sent, each
    once. ``masked`` are the UIDs of objects whose time shall not count.
    """

    uid: str
    organizer: str
    organizer_sent: str
    attendees: tuple[str, ...]
    window: Interval
    masked: frozenset[str]


def read_freebusy_request(raw: bytes, limits: Limits, floating_zone: Zone) -> FreeBusyRequest:
    """Read what was POSTed to an outbox.

    DTSTART and DTEND must be UTC (RFC 5545 §3.6.4); python-caldav sends the
    floating times of its caller, which are read in ``floating_zone``.

    Raises:
        InvalidCalendarObjectError: It is no iCalendar text.
        InvalidSchedulingMessageError: It is one, and no such request.
    """
    roots = parse_components(decode(raw), limits)
    if [root.name for root in roots] != ["VCALENDAR"] or roots[0].value("VERSION") != "2.0":
        raise InvalidCalendarObjectError("It is not exactly one VCALENDAR.")
    calendar = roots[0]
    found = [part for part in calendar.components if part.name != "VTIMEZONE"]
    if [part.name for part in found] != ["VFREEBUSY"]:
        raise InvalidSchedulingMessageError("It is not exactly one VFREEBUSY.")
    if calendar.value("METHOD").upper() != "REQUEST":
        raise InvalidSchedulingMessageError("Its METHOD is not REQUEST.")
    zones = Zones(part for part in calendar.components if part.name == "VTIMEZONE")
    return _read_request(found[0], zones, floating_zone)


def _read_request(part: Component, zones: Zones, floating_zone: Zone) -> FreeBusyRequest:
    sent = [prop.value.strip() for prop in part.properties("ATTENDEE")]
    organizer = part.value("ORGANIZER")
    if not part.text("UID") or not organizer or not sent or "DTSTAMP" not in part:
        raise InvalidSchedulingMessageError("UID, DTSTAMP, ORGANIZER and ATTENDEE must be there.")
    return FreeBusyRequest(
        uid=part.text("UID"),
        organizer=canonical_address(organizer),
        organizer_sent=organizer,
        attendees=tuple({canonical_address(one): one for one in reversed(sent)}.values())[::-1],
        window=_window(part, zones, floating_zone),
        masked=frozenset(prop.value.strip() for prop in part.properties(MASK_UID)),
    )


def _window(part: Component, zones: Zones, floating_zone: Zone) -> Interval:
    try:
        start, end = (only_moment(part, name, zones) for name in ("DTSTART", "DTEND"))
    except InvalidCalendarObjectError as exc:
        raise InvalidSchedulingMessageError("DTSTART or DTEND cannot be read.") from exc
    if start is None or end is None or start.is_date or end.is_date:
        raise InvalidSchedulingMessageError("DTSTART and DTEND must be times.")
    begins, ends = start.instant(floating_zone), end.instant(floating_zone)
    if begins >= ends:
        raise InvalidSchedulingMessageError("DTEND is not after DTSTART.")
    return Interval(begins, ends)


def render_freebusy_reply(
    request: FreeBusyRequest,
    attendee: str,
    busy: Mapping[str, Sequence[Interval]],
    *,
    now: int,
) -> str:
    """Return the reply of one calendar user (RFC 5546 §3.3.3): times, and nothing else.

    Args:
        request: What was asked.
        attendee: The address as it was asked for.
        busy: Periods by FBTYPE, inside the window and clear of each other.
        now: The instant of the answer.
    """
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODID}",
        "METHOD:REPLY",
        "BEGIN:VFREEBUSY",
        f"UID:{escape_text(request.uid)}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(request.window.start)}",
        f"DTEND:{_utc(request.window.end)}",
        f"ORGANIZER:{request.organizer_sent}",
        f"ATTENDEE:{attendee}",
        *_busy_lines(busy),
        "END:VFREEBUSY",
        "END:VCALENDAR",
    )
    return "".join(fold(line) for line in lines)


def _busy_lines(busy: Mapping[str, Sequence[Interval]]) -> Iterator[str]:
    for fbtype, periods in busy.items():
        for period in periods:
            yield f"FREEBUSY;FBTYPE={fbtype}:{_utc(period.start)}/{_utc(period.end)}"


def with_method(text: str, method: str) -> str:
    """Return a calendar object as a message of this METHOD; all its lines stay as they are."""
    for line in iter_lines(text):
        if line.name == "BEGIN" and len(line.path) > 1:
            return f"{text[: line.start]}METHOD:{method}{line_end_of(text)}{text[line.start :]}"
    raise InvalidCalendarObjectError("It has no component.")


def _utc(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y%m%dT%H%M%SZ}"
