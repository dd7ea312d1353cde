"""An appointment as a calendar object: written once, then edited line by line.

The counsellor is the only attendee, the institution the organizer (RFC 6638
§3.1). Nothing that a client told us is ever in it. Edits replace the lines that
are ours, so that alarms, notes and X-properties of the counsellor stay byte for
byte as her app wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from assisto_caldav.domain.appointment import AGREED, WAITS_FOR_CLIENT, Appointment, Known, State
from assisto_caldav.domain.attendee import partstat_of, same_address
from assisto_caldav.domain.calendar_object import CalendarObject, parse_calendar_object
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.component import Component
from assisto_caldav.domain.content_lines import (
    escape_text,
    fold,
    parse_line,
    replace_properties,
)
from assisto_caldav.domain.identity import calendar_user_address
from assisto_caldav.domain.institution import CalendarShows, Institution
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.localtime import is_shown_again, to_local, zone
from assisto_caldav.domain.moments import parse_duration
from assisto_caldav.domain.object_checks import only_moment
from assisto_caldav.domain.timezones import vtimezone_text

BUSYSTATUS = "X-MICROSOFT-CDO-BUSYSTATUS"
STAMPS = frozenset({"DTSTAMP", "LAST-MODIFIED", "CREATED"})
_PRODID = "-//Assisto CalDAV//DE"
_PARTSTAT = re.compile(r";PARTSTAT=(?:\"[^\"]*\"|[^;:\"]*)", re.IGNORECASE)
_UNQUOTABLE = re.compile(r"[\"\x00-\x1f\x7f]")
_FEATURES = {Channel.VIDEO: "VIDEO", Channel.CHAT: "CHAT"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an appointment's object tells besides the appointment itself.

    ``place`` and ``video_room`` are the counsellor's; ``place`` falls back to
    the institution's address.
    """

    institution: Institution
    counsellor_name: str
    public_url: str
    place: str = ""
    video_room: str = ""


class _Terms(NamedTuple):
    """How a state looks in an object; without a PARTSTAT an answer of hers stays."""

    word: str
    status: str
    busystatus: str
    partstat: str | None


_REQUEST = _Terms("Anfrage", "TENTATIVE", "TENTATIVE", None)
_PROPOSAL = _Terms("Vorschlag", "TENTATIVE", "TENTATIVE", "ACCEPTED")
_OFFER = _Terms("Angebot", "TENTATIVE", "TENTATIVE", "ACCEPTED")
_AGREED = _Terms("Termin", "CONFIRMED", "BUSY", "ACCEPTED")
_ENDED = _Terms("Abgesagt", "CANCELLED", "FREE", None)
_TERMS = {
    State.REQUESTED: _REQUEST,
    State.PROPOSED: _PROPOSAL,
    State.OFFERED: _OFFER,
    State.CONFIRMED: _AGREED,
    State.RESCHEDULED: _AGREED,
    State.TOOK_PLACE: _AGREED,
    State.NO_SHOW: _AGREED,
}


def summary_of(appointment: Appointment, institution: Institution) -> str:
    """Return the SUMMARY: words, channel and sign, never a name."""
    parts = [_terms(appointment).word]
    if _is_unread(appointment):
        parts.insert(0, "Noch nicht gelesen")
    service = institution.find_service(appointment.service)
    if institution.calendar_shows is CalendarShows.SERVICE and service is not None:
        parts.append(service.name)
    return " · ".join((*parts, appointment.channel.calendar_word, appointment.sign))


def render_object(appointment: Appointment, around: Surroundings, *, now: int) -> str:
    """Return the whole calendar object of an appointment whose object does not exist yet."""
    own_zone = zone(around.institution.zone)
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODID}", "CALSCALE:GREGORIAN")
    event = (
        "BEGIN:VEVENT",
        f"UID:{appointment.uid}",
        f"DTSTAMP:{_utc(now)}",
        f"CREATED:{_utc(appointment.requested_at)}",
        f"LAST-MODIFIED:{_utc(now)}",
        "SEQUENCE:0",
        *_time_lines(appointment, around.institution, as_utc=False),
        *(line for _, lines in _our_lines(appointment, around) for line in lines),
        f"STATUS:{_terms(appointment).status}",
        "TRANSP:OPAQUE",
        f"{BUSYSTATUS}:{_terms(appointment).busystatus}",
        _organizer_line(around.institution),
        _attendee_line(appointment, around),
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(map(fold, head)) + vtimezone_text(own_zone) + "".join(map(fold, event))


def follow_state(
    text: str, appointment: Appointment, around: Surroundings, *, sequence: int, now: int
) -> str:
    """Return the text as the appointment's state and time demand, with this SEQUENCE.

    The counsellor's own lines stay as they are.
    """
    stored = read_object(text)
    event = master_of(stored)
    terms = _terms(appointment)
    changes: dict[str, str | Sequence[str] | None] = dict(_our_lines(appointment, around))
    changes["STATUS"] = f"STATUS:{terms.status}"
    changes[BUSYSTATUS] = f"{BUSYSTATUS}:{terms.busystatus}"
    if terms is _ENDED:
        changes["TRANSP"] = "TRANSP:TRANSPARENT"
    changes["ATTENDEE"] = _attendees_of(event, appointment, around)
    if event_time(stored) != Interval(appointment.start, appointment.end):
        in_zone = f"TZID:{around.institution.zone}" in text
        start, end = _time_lines(appointment, around.institution, as_utc=not in_zone)
        changes |= {"DTSTART": start, "DTEND": end, "DURATION": None}
    changes |= _stamps(sequence, now)
    return replace_properties(text, event.number, changes)


def rename(text: str, appointment: Appointment, institution: Institution, *, now: int) -> str:
    """Return the text with the SUMMARY that the appointment should have: "seen" shows there."""
    event = master_of(read_object(text))
    line = f"SUMMARY:{escape_text(summary_of(appointment, institution))}"
    if event.lines.get("SUMMARY") == [line]:
        return text
    sequence = int(event.value("SEQUENCE") or 0)
    return replace_properties(text, event.number, {"SUMMARY": line, **_stamps(sequence, now)})


def read_object(text: str) -> CalendarObject:
    """Parse a text that the store holds."""
    return parse_calendar_object(text.encode())


def master_of(item: CalendarObject) -> Component:
    """Return the one VEVENT of an appointment's object."""
    return item.master or item.components[0]


def event_time(item: CalendarObject) -> Interval | None:
    """Return when an event is; None if it is all-day, floating or has no length."""
    event = master_of(item)
    start = only_moment(event, "DTSTART", item.zones)
    if start is None or start.is_date or start.zone is None:
        return None
    floating = zone("UTC")
    begins = start.instant(floating)
    end = only_moment(event, "DTEND", item.zones)
    if end is not None:
        if end.is_date or end.zone is None:
            return None
        ends = end.instant(floating)
    elif "DURATION" in event:
        ends = begins + int(parse_duration(event.value("DURATION")).total_seconds())
    else:
        return None
    return Interval(begins, ends) if begins < ends else None


def own_attendee_line(event: Component, address: str) -> str | None:
    """Return the unfolded ATTENDEE line of an address."""
    lines = event.lines.get("ATTENDEE", ())
    return next((line for line in lines if same_address(parse_line(line).value, address)), None)


def _terms(appointment: Appointment) -> _Terms:
    return _TERMS.get(appointment.state, _ENDED)


def _is_unread(appointment: Appointment) -> bool:
    """Tell whether nobody mails the client the news, and they have not looked."""
    is_news = appointment.state in AGREED | WAITS_FOR_CLIENT
    return is_news and appointment.known is Known.NOT_YET and not appointment.has_email


def _our_lines(
    appointment: Appointment, around: Surroundings
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield, by name, the lines that say what it is; they are put back when changed."""
    institution, channel = around.institution, appointment.channel
    yield "SUMMARY", (f"SUMMARY:{escape_text(summary_of(appointment, institution))}",)
    yield "CLASS", ("CLASS:PRIVATE",)
    yield "CATEGORIES", (f"CATEGORIES:{escape_text(channel.calendar_word)}",)
    yield "URL", (f"URL:{around.public_url.rstrip('/')}/staff/appointments/{appointment.id}",)
    place = " ".join((around.place or institution.address).split())
    if channel.shows_place and place:
        yield "LOCATION", (f"LOCATION:{escape_text(place)}",)
    if channel in _FEATURES and around.video_room.startswith("https://"):
        feature = _FEATURES[channel]
        yield "CONFERENCE", (f"CONFERENCE;VALUE=URI;FEATURE={feature}:{around.video_room}",)


def _time_lines(
    appointment: Appointment, institution: Institution, *, as_utc: bool
) -> tuple[str, str]:
    own_zone, instants = zone(institution.zone), (appointment.start, appointment.end)
    if as_utc or any(is_shown_again(instant, own_zone) for instant in instants):
        return f"DTSTART:{_utc(appointment.start)}", f"DTEND:{_utc(appointment.end)}"
    start, end = (
        f"{name};TZID={institution.zone}:{to_local(instant, own_zone):%Y%m%dT%H%M%S}"
        for name, instant in zip(("DTSTART", "DTEND"), instants, strict=True)
    )
    return start, end


def _organizer_line(institution: Institution) -> str:
    address = calendar_user_address(institution.appointment_address)
    return f"ORGANIZER;CN={_param(institution.name)}:{address}"


def _attendee_line(appointment: Appointment, around: Surroundings) -> str:
    partstat = _terms(appointment).partstat or "NEEDS-ACTION"
    return (
        f"ATTENDEE;CN={_param(around.counsellor_name)};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT"
        f";PARTSTAT={partstat};RSVP=TRUE:{calendar_user_address(appointment.counsellor)}"
    )


def _attendees_of(event: Component, appointment: Appointment, around: Surroundings) -> list[str]:
    """Return the ATTENDEE lines; a request is unanswered, whatever was answered before."""
    own = own_attendee_line(event, appointment.counsellor)
    lines = event.lines.get("ATTENDEE", [])
    if own is None:
        return [*lines, _attendee_line(appointment, around)]
    partstat = _terms(appointment).partstat
    if (
        _terms(appointment) is _REQUEST
        and partstat_of(event, appointment.counsellor) != "TENTATIVE"
    ):
        partstat = "NEEDS-ACTION"
    return [with_partstat(line, partstat) if line == own and partstat else line for line in lines]


def with_partstat(line: str, partstat: str) -> str:
    """Return an ATTENDEE line with another PARTSTAT; its other parameters stay."""
    if parse_line(line).param("PARTSTAT").upper() == partstat:
        return line
    bare = _PARTSTAT.sub("", line)
    return f"{bare[:8]};PARTSTAT={partstat}{bare[8:]}"


def _stamps(sequence: int, now: int) -> dict[str, str]:
    return {
        "SEQUENCE": f"SEQUENCE:{sequence}",
        "DTSTAMP": f"DTSTAMP:{_utc(now)}",
        "LAST-MODIFIED": f"LAST-MODIFIED:{_utc(now)}",
    }


def _utc(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y%m%dT%H%M%SZ}"


def _param(text: str) -> str:
    """Quote a parameter value (RFC 5545 §3.2); it cannot hold a quotation mark."""
    return '"' + _UNQUOTABLE.sub("", text) + '"'
