"""Scheduling objects of a counsellor's own: what the server writes into them (RFC 6638 §3.2).

We deliver no invitations and no replies for events that calendar apps make.
Nobody may believe that we did: the server says so in SCHEDULE-STATUS, on each
calendar user whom it should have told, and every other line stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from assisto_caldav.domain.attendee import canonical_address, organizer
from assisto_caldav.domain.content_lines import (
    fold,
    iter_lines,
    line_end_of,
    parse_line,
    property_name,
)
from assisto_caldav.errors import SchedulingObjectChangeError

if TYPE_CHECKING:
    from assisto_caldav.domain.calendar_object import CalendarObject
    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.content_lines import Property

NO_WAY = "5.2"
"""No way to deliver it; a permanent failure (RFC 6638 §3.2.9)."""

NOT_ALLOWED = "5.3"
"""Scheduling with this recipient is not allowed: colleagues are not invited from apps."""

IGNORED = "2.3"
"""Success; an invalid parameter was ignored (RFC 5546 §3.6.4)."""

_AGENT, _FORCE, _STATUS = "SCHEDULE-AGENT", "SCHEDULE-FORCE-SEND", "SCHEDULE-STATUS"
_FORCED = {"ATTENDEE": "REQUEST", "ORGANIZER": "REPLY"}
_QUOTED_OR_PARAMETER = r"\"[^\"]*\"|;{}=(?:\"[^\"]*\"|[^;:\",]*)(?:,(?:\"[^\"]*\"|[^;:\",]*))*"

IsOwn = Callable[[str], bool]


def organizer_of(item: CalendarObject) -> str | None:
    """Return the canonical organizer of a calendar object, None without one.

    Raises:
        SchedulingObjectChangeError: Its components name different ones.
    """
    found = {named.address for part in item.components if (named := organizer(part)) is not None}
    if len(found) > 1:
        raise SchedulingObjectChangeError(
            "Alle Teile eines Termins haben denselben ORGANIZER.",
            precondition="same-organizer-in-all-components",
        )
    return next(iter(found), None)


def has_force_send(item: CalendarObject) -> bool:
    """Tell whether the app asks for a message to be sent in any case (RFC 6638 §7.2)."""
    return _FORCE in item.text.upper()


def answers_of(item: CalendarObject, is_own: IsOwn) -> dict[str, str]:
    """Return the owner's PARTSTAT of each component in which they are an attendee."""
    found = {}
    for part in item.components:
        for prop in part.properties("ATTENDEE"):
            if is_own(_address(prop)):
                partstat = prop.param("PARTSTAT").upper() or "NEEDS-ACTION"
                found[part.value("RECURRENCE-ID")] = partstat
    return found


def has_failed_reply(item: CalendarObject) -> bool:
    """Tell whether the stored object says already that a reply did not get through."""
    return any(_failed(part) for part in item.components)


def _failed(part: Component) -> bool:
    found = part.property("ORGANIZER")
    return found is not None and found.param(_STATUS) == NO_WAY


def mark_as_organizer(text: str, *, is_own: IsOwn, is_colleague: IsOwn) -> str:
    """Return an organizer's object with the failure noted on each attendee but the owner.

    SCHEDULE-AGENT other than SERVER: the app does that itself, or nobody shall.
    """

    def marked(line: str, prop: Property) -> str:
        if prop.name != "ATTENDEE" or is_own(_address(prop)):
            return without_force_send(line)
        status = NOT_ALLOWED if is_colleague(_address(prop)) else NO_WAY
        return _with_status(line, prop, status)

    return _edited(text, marked)


def mark_as_attendee(text: str) -> str:
    """Return an attendee's object with the failure to reply noted on the organizer."""

    def marked(line: str, prop: Property) -> str:
        if prop.name != "ORGANIZER":
            return without_force_send(line)
        return _with_status(line, prop, NO_WAY)

    return _edited(text, marked)


def strip_force_send(text: str) -> str:
    """Return the object without SCHEDULE-FORCE-SEND, which is never kept (RFC 6638 §7.2)."""
    return _edited(text, lambda line, _: without_force_send(line))


def without_force_send(line: str) -> str:
    """Return a content line without the parameter."""
    return _without(line, _FORCE) if _FORCE in line.upper() else line


def _with_status(line: str, prop: Property, status: str) -> str:
    bare = without_force_send(line)
    if prop.param(_AGENT).upper() not in ("", "SERVER"):
        return bare
    forced = prop.param(_FORCE).upper()
    if forced and forced not in _FORCED.values():
        status = IGNORED
    if prop.param(_STATUS) == status and len(prop.params.get(_STATUS, ())) == 1:
        return bare
    rest = _without(bare, _STATUS)
    end = len(prop.name)
    return f"{rest[:end]};{_STATUS}={status}{rest[end:]}"


def _without(line: str, name: str) -> str:
    """Return a content line without a parameter; what stands in quotes is not looked at."""
    pattern = re.compile(_QUOTED_OR_PARAMETER.format(name), re.IGNORECASE)
    head = line[: len(line) - len(parse_line(line).value)]
    kept = pattern.sub(lambda match: match[0] if match[0][0] == '"' else "", head)
    return kept + line[len(head) :]


def _address(prop: Property) -> str:
    address = canonical_address(prop.value)
    if "@" not in address and prop.param("EMAIL"):
        return canonical_address(prop.param("EMAIL"))
    return address


def _edited(text: str, change: Callable[[str, Property], str]) -> str:
    """Return the text with ORGANIZER and ATTENDEE lines changed, in one pass."""
    pieces: list[str] = []
    position = 0
    end = line_end_of(text)
    for line in iter_lines(text):
        # An attendee of an alarm is whom the app mails itself.
        if property_name(line.text) not in _FORCED or "VALARM" in line.path:
            continue
        new = change(line.text, parse_line(line.text))
        if new != line.text:
            pieces += (text[position : line.start], fold(new, end))
            position = line.end
    return "".join((*pieces, text[position:]))
