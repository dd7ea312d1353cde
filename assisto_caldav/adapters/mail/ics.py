"""Calendar files that go with mails (RFC 5546 §3.2.1, RFC 6047)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assisto_caldav.domain.content_lines import escape_text, fold
from assisto_caldav.domain.localtime import is_shown_again, to_local, zone
from assisto_caldav.domain.timezones import vtimezone_text
from assisto_caldav.ports import Tokens

PRODID = "-//Assisto CalDAV//DE"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """An event to publish. ``organizer`` and ``url`` may be empty. Instants in UTC."""

    uid: str
    summary: str
    start: int
    end: int
    stamp: int
    zone_name: str
    status: str = "CONFIRMED"
    sequence: int = 0
    organizer: str = ""
    organizer_name: str = ""
    url: str = ""


def client_uid(tokens: Tokens, appointment_id: str) -> str:
    """Return the UID of a client's file: always the same, and not to be joined with ours."""
    return tokens.digest(f"ics|{appointment_id}")[:32]


def published(event: PublishedEvent) -> str:
    """Return a METHOD:PUBLISH calendar without attendees, so that nobody is asked to reply."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODID}",
        "METHOD:PUBLISH",
        *vtimezone_text(zone(event.zone_name)).splitlines(),
        "BEGIN:VEVENT",
        f"UID:{_one_line(event.uid)}",
        f"DTSTAMP:{_utc(event.stamp)}",
        f"SEQUENCE:{event.sequence}",
        _time("DTSTART", event.start, event.zone_name),
        _time("DTEND", event.end, event.zone_name),
        f"SUMMARY:{escape_text(_CONTROL.sub(' ', event.summary))}",
        f"STATUS:{event.status}",
        "CLASS:PRIVATE",
        *_optional(event),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(fold(line) for line in lines)


def _optional(event: PublishedEvent) -> list[str]:
    lines = []
    if event.organizer:
        name = _quoted(event.organizer_name)
        lines.append(f"ORGANIZER;CN={name}:mailto:{_one_line(event.organizer)}")
        if event.status == "TENTATIVE":
            # Outlook would show it as busy.
            lines.append("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE")
    if event.url:
        lines.append(f"URL:{_one_line(event.url)}")
    return lines


def _quoted(text: str) -> str:
    """Return a parameter value (RFC 5545 §3.2), which holds neither quotes nor control characters.

    RFC 6868 could write them; Outlook shows its escapes as they stand.
    """
    return '"' + " ".join(_CONTROL.sub(" ", text).replace('"', "'").split()) + '"'


def _one_line(text: str) -> str:
    """Return a value that must not begin another line."""
    return _CONTROL.sub("", text)


def _utc(instant: int) -> str:
    return to_local(instant, zone("UTC")).strftime("%Y%m%dT%H%M%SZ")


def _time(name: str, instant: int, zone_name: str) -> str:
    if is_shown_again(instant, zone(zone_name)):
        return f"{name}:{_utc(instant)}"
    return f"{name};TZID={zone_name}:{to_local(instant, zone(zone_name)):%Y%m%dT%H%M%S}"
