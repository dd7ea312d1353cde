"""One calendar object resource, read and judged (RFC 4791 §4.1).

PRODID and DTSTAMP may be missing: many scripts forget them and nothing of
ours reads them. VERSION may not, since "1.0" is another language. What cannot
be understood in properties that we do not read is the client's own affair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assisto_caldav.domain.component import parse_components
from assisto_caldav.domain.object_checks import check_component, recurrence_id_of
from assisto_caldav.domain.object_limits import STORED, Limits
from assisto_caldav.domain.timezones import Zones
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assisto_caldav.domain.component import Component

__all__ = ["CalendarObject", "Limits", "decode", "parse_calendar_object"]
_TYPES = ("VEVENT", "VTODO", "VJOURNAL")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RESOURCE = "valid-calendar-object-resource"
_MAX_UID = 1000


@dataclass(frozen=True, slots=True)
class CalendarObject:
    """A valid calendar object resource.

    ``text`` is what was sent, decoded and otherwise untouched; ``transcoded``
    tells that its UTF-8 differs from what was sent. ``components`` has no
    VTIMEZONE in it and the master first, if there is one: an object may hold
    overrides alone. ``tzids`` are those that its dates name, in their order.
    """

    text: str
    uid: str
    component: str
    transcoded: bool
    components: tuple[Component, ...]
    master: Component | None
    sequence: int
    tzids: tuple[str, ...]
    zones: Zones = field(repr=False, compare=False)

    @property
    def overrides(self) -> tuple[Component, ...]:
        """Return the components that have a RECURRENCE-ID."""
        return self.components[1:] if self.master else self.components


def parse_calendar_object(raw: bytes, *, limits: Limits | None = None) -> CalendarObject:
    """Read a calendar object resource as a client has sent it.

    Without limits it is one that was judged when it was stored.

    Raises:
        InvalidCalendarObjectError: With the precondition of RFC 4791 §5.3.2.1
            that does not hold.
    """
    limits = limits or STORED
    if len(raw) > limits.max_bytes:
        raise InvalidCalendarObjectError(
            f"It is larger than {limits.max_bytes} bytes.", precondition="max-resource-size"
        )
    text = decode(raw)
    if _CONTROL.search(text):
        raise InvalidCalendarObjectError("It has control characters in it.")
    calendar = _only_calendar(parse_components(text, limits))
    parts = _only_type(calendar)
    zones = Zones(found for found in calendar.components if found.name == "VTIMEZONE")
    if sum("RECURRENCE-ID" in part for part in parts) > limits.max_overrides:
        raise InvalidCalendarObjectError(
            f"It has more than {limits.max_overrides} overrides.", precondition="max-instances"
        )
    for part in parts:
        check_component(part, zones, limits)
    masters = _masters(parts, zones)
    ordered = (*masters, *(part for part in parts if "RECURRENCE-ID" in part))
    return CalendarObject(
        text=text,
        uid=_only_uid(parts),
        component=parts[0].name,
        transcoded=text.encode() != raw,
        components=ordered,
        master=masters[0] if masters else None,
        sequence=int(ordered[0].value("SEQUENCE") or 0),
        tzids=_tzids(parts),
        zones=zones,
    )


def decode(raw: bytes) -> str:
    """Read UTF-8, else what Windows and old phones send."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        # Folded by octets, in the middle of a character (RFC 5545 §3.1 allows it).
        return re.sub(rb"\r?\n[ \t]", b"", raw).decode()
    except UnicodeDecodeError:
        # cp1252 is Latin-1 with letters where that has control characters.
        return raw.decode("cp1252", "replace")


def _only_calendar(roots: Sequence[Component]) -> Component:
    if [root.name for root in roots] != ["VCALENDAR"]:
        raise InvalidCalendarObjectError(
            "It is not exactly one VCALENDAR.",
            precondition=_RESOURCE if roots else "valid-calendar-data",
        )
    calendar = roots[0]
    if "METHOD" in calendar:
        raise InvalidCalendarObjectError("It has a METHOD.", precondition=_RESOURCE)
    if calendar.value("VERSION") != "2.0":
        raise InvalidCalendarObjectError("Its VERSION is not 2.0.")
    if (calendar.value("CALSCALE") or "GREGORIAN").upper() != "GREGORIAN":
        raise InvalidCalendarObjectError("Its CALSCALE is not GREGORIAN.")
    return calendar


def _only_type(calendar: Component) -> list[Component]:
    parts = [
        found
        for found in calendar.components
        if found.name != "VTIMEZONE" and not found.name.startswith("X-")
    ]
    names = {part.name for part in parts}
    if len(names) != 1:
        raise InvalidCalendarObjectError(
            "It must hold components of exactly one type.", precondition=_RESOURCE
        )
    if not names <= set(_TYPES):
        raise InvalidCalendarObjectError(
            f"{parts[0].name[:40]} is not stored here.",
            precondition="supported-calendar-component",
        )
    return parts


def _only_uid(parts: Sequence[Component]) -> str:
    uids = {part.text("UID") for part in parts}
    if len(uids) != 1 or "" in uids:
        raise InvalidCalendarObjectError(
            "All its components must have one and the same UID.", precondition=_RESOURCE
        )
    uid = uids.pop()
    if len(uid.encode()) > _MAX_UID:
        raise InvalidCalendarObjectError("Its UID is too long.")
    return uid


def _masters(parts: Sequence[Component], zones: Zones) -> list[Component]:
    """Return the master, if there is one; refuse two of the same instance."""
    instances = [recurrence_id_of(part, zones) for part in parts]
    if len(set(instances)) != len(instances):
        raise InvalidCalendarObjectError(
            "Two of its components are the same instance.", precondition=_RESOURCE
        )
    return [part for part, instance in zip(parts, instances, strict=True) if instance is None]


def _tzids(parts: Sequence[Component]) -> tuple[str, ...]:
    names = ("DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "RDATE", "EXDATE")
    found = (
        prop.param("TZID")
        for part in parts
        for name in names
        if name in part
        for prop in part.properties(name)
    )
    return tuple(dict.fromkeys(tzid for tzid in found if tzid))
