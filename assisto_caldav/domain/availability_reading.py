"""A VAVAILABILITY as a client has sent it, read as the rules that it means (RFC 7953 §3, §4).

Booking times know no "free unless busy": what no AVAILABLE covers is not
open. So a bounded VAVAILABILITY opens nothing outside its bounds, and one of
higher priority takes the place of those below it for as long as it lasts.
Reading is tolerant: panes leave out UID and DTSTAMP, and write floating times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from assisto_caldav.domain.availability_bounds import Bounds, UnmappableError, restrict
from assisto_caldav.domain.availability_text import rebuilt_vtimezone
from assisto_caldav.domain.calendar_object import (
    CalendarObject,
    Limits,
    decode,
    parse_calendar_object,
)
from assisto_caldav.domain.component import Component, parse_components
from assisto_caldav.domain.content_lines import fold, replace_properties
from assisto_caldav.domain.intervals import Interval, overlaps
from assisto_caldav.domain.moments import parse_duration, utc
from assisto_caldav.domain.object_checks import only_moment
from assisto_caldav.domain.recurrence_rule import rules_of
from assisto_caldav.domain.timespan import MAX_INSTANT, MIN_INSTANT, timespan
from assisto_caldav.domain.timezones import Zones, iana_zone, vtimezone_text
from assisto_caldav.errors import InvalidCalendarObjectError

MOST_AVAILABLES = 200
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TOO_FINE = re.compile(r"FREQ=(?:HOURLY|MINUTELY|SECONDLY)", re.IGNORECASE)
_NUMBER = re.compile(r"\d", re.ASCII)
_ONCE = ("DTSTART", "DTEND", "DURATION", "BUSYTYPE", "PRIORITY", "UID")
_BUSYTYPES = ("BUSY-UNAVAILABLE", "BUSY", "BUSY-TENTATIVE")
# What a VEVENT of ours has of its own.
_NOT_COPIED = frozenset(
    {"UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "TRANSP", "STATUS"}
)
_TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")
# RFC 7953 §3.1: a PRIORITY of 0, or none, is the lowest.
_LOWEST = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule that shall be: the VEVENT that it is stored as; ``uid`` "" if none was sent."""

    uid: str
    item: CalendarObject

    @property
    def summary(self) -> str:
        """Return what was sent as the names of services, or ""."""
        return (self.item.master or self.item.components[0]).text("SUMMARY").strip()


@dataclass(frozen=True, slots=True)
class _Part:
    """One VAVAILABILITY; a smaller rank wins."""

    rank: int
    bounds: Interval
    component: Component


def read_availability(
    raw: bytes, *, zone: ZoneInfo, now: int, limits: Limits | None = None
) -> list[Wanted]:
    """Return the rules that a value of ``calendar-availability`` means.

    Args:
        raw: An iCalendar object with VAVAILABILITYs and VTIMEZONEs.
        zone: The institution's; floating times are read in it.
        now: What lies before is left as it was.
        limits: What the object, and each rule of it, may be.

    Raises:
        InvalidCalendarObjectError: It is none (a sentence in German says
            why), or says what booking times cannot.
    """
    limits = limits or Limits()
    try:
        return _read(raw, zone, now, limits)
    except UnmappableError:
        raise
    except InvalidCalendarObjectError as exc:
        raise InvalidCalendarObjectError(
            f"Das ist keine lesbare Verfügbarkeit ({exc.what}).",
            precondition=exc.precondition or "valid-calendar-data",
        ) from exc


def _read(raw: bytes, zone: ZoneInfo, now: int, limits: Limits) -> list[Wanted]:
    if len(raw) > limits.max_bytes:
        raise InvalidCalendarObjectError(
            f"Sie hat mehr als {limits.max_bytes} Bytes.", precondition="max-resource-size"
        )
    text = decode(raw)
    if _CONTROL.search(text):
        raise InvalidCalendarObjectError("Sie enthält Steuerzeichen.")
    calendar = _calendar(text.strip(), limits)
    vtimezones = [found for found in calendar.components if found.name == "VTIMEZONE"]
    parts = [
        _part(found, Zones(vtimezones), zone)
        for found in calendar.components
        if found.name == "VAVAILABILITY"
    ]
    _check_ranks(parts)
    if sum(len(part.component.components) for part in parts) > MOST_AVAILABLES:
        raise UnmappableError(f"Mehr als {MOST_AVAILABLES} AVAILABLE sind zu viele.")
    found = []
    for part in parts:
        holes = tuple(other.bounds for other in parts if other.rank < part.rank)
        bounds = Bounds(part.bounds, holes, zone, now)
        for uid, event in _events(part.component, vtimezones, now):
            item = parse_calendar_object(event.encode(), limits=limits)
            _check_lengths(item, zone)
            item = _synchronized(item, limits)
            kept = restrict(item, bounds, limits)
            if kept is not None:
                found.append(Wanted(uid, kept))
    return found


def _check_lengths(item: CalendarObject, zone: ZoneInfo) -> None:
    for part in item.components:
        span = timespan(part, item.zones, zone)
        if span is None or not span.length:
            raise InvalidCalendarObjectError("ein AVAILABLE hat keine Dauer")


def _synchronized(item: CalendarObject, limits: Limits) -> CalendarObject:
    """Return a weekly rule that begins on one of its days.

    Panes begin all rules on one day, whatever it is; what such a series holds
    is undefined (RFC 5545 §3.8.5.3), and that day is never meant.
    """
    master = item.master
    rules = rules_of(master) if master else []
    start = only_moment(master, "DTSTART", item.zones) if master else None
    if master is None or start is None or len(rules) != 1 or len(item.components) > 1:
        return item
    days = {weekday for _, weekday in rules[0].by_day}
    begins = start.local.weekday()
    if rules[0].frequency != "WEEKLY" or rules[0].interval > 1 or not days or begins in days:
        return item
    ahead = timedelta(days=min((weekday - begins) % 7 for weekday in days))
    moved = {
        name: [_moved(line, ahead) for line in master.lines[name]]
        for name in ("DTSTART", "DTEND")
        if name in master
    }
    text = replace_properties(item.text, master.number, moved)
    return parse_calendar_object(text.encode(), limits=limits)


def _moved(line: str, ahead: timedelta) -> str:
    head, _, value = line.rpartition(":")
    day = date.fromisoformat(value.strip()[:8]) + ahead
    return f"{head}:{day:%Y%m%d}{value.strip()[8:]}"


def _calendar(text: str, limits: Limits) -> Component:
    roots = parse_components(text, limits)
    if [root.name for root in roots] != ["VCALENDAR"] or "METHOD" in roots[0]:
        raise InvalidCalendarObjectError("Sie ist nicht genau ein VCALENDAR ohne METHOD.")
    calendar = roots[0]
    if calendar.value("VERSION") != "2.0":
        raise InvalidCalendarObjectError("Ihre VERSION ist nicht 2.0.")
    names = {part.name for part in calendar.components if not part.name.startswith("X-")}
    if "VAVAILABILITY" not in names or not names <= {"VAVAILABILITY", "VTIMEZONE"}:
        raise InvalidCalendarObjectError(
            "Sie muss aus VAVAILABILITY (und VTIMEZONE) bestehen.",
            precondition="supported-calendar-component",
        )
    return calendar


def _part(component: Component, zones: Zones, zone: ZoneInfo) -> _Part:
    for name in _ONCE:
        if len(component.lines.get(name, ())) > 1:
            raise InvalidCalendarObjectError(f"{name} steht mehr als einmal da.")
    busytype = component.value("BUSYTYPE").upper() or _BUSYTYPES[0]
    if busytype not in _BUSYTYPES:
        raise InvalidCalendarObjectError(f"{busytype[:40]} ist kein BUSYTYPE.")
    if busytype != _BUSYTYPES[0]:
        raise UnmappableError(
            f"BUSYTYPE:{busytype} lässt sich nicht als Buchungszeit speichern: außerhalb der"
            " Buchungszeiten ist immer BUSY-UNAVAILABLE."
        )
    priority = component.value("PRIORITY") or "0"
    if not _NUMBER.fullmatch(priority):
        raise InvalidCalendarObjectError("PRIORITY ist keine Zahl von 0 bis 9.")
    return _Part(int(priority) or _LOWEST, _bounds(component, zones, zone), component)


def _bounds(component: Component, zones: Zones, zone: ZoneInfo) -> Interval:
    start, end = (only_moment(component, name, zones) for name in ("DTSTART", "DTEND"))
    if "DURATION" in component and (start is None or end is not None):
        raise InvalidCalendarObjectError("DURATION steht ohne DTSTART oder neben DTEND.")
    begin = MIN_INSTANT if start is None else start.instant(zone)
    finish = MAX_INSTANT if end is None else end.instant(zone)
    if "DURATION" in component:
        finish = begin + int(parse_duration(component.value("DURATION")).total_seconds())
    if begin >= finish:
        raise InvalidCalendarObjectError("Ihr Ende liegt nicht nach ihrem Anfang.")
    return Interval(begin, finish)


def _check_ranks(parts: Sequence[_Part]) -> None:
    for index, one in enumerate(parts):
        for other in parts[index + 1 :]:
            if one.rank == other.rank and overlaps(one.bounds, other.bounds):
                raise UnmappableError(
                    "Zwei VAVAILABILITY gelten zur selben Zeit mit derselben PRIORITY;"
                    " welche gilt, ist nicht zu sagen."
                )


def _events(
    part: Component, vtimezones: Sequence[Component], now: int
) -> Iterator[tuple[str, str]]:
    """Yield the UID that was sent and a VEVENT's calendar object for each rule."""
    masters: dict[str, list[Component]] = {}
    plain = [found for found in part.components if found.name == "AVAILABLE"]
    for number, component in enumerate(plain):
        uid = component.value("UID")
        key = uid or f"\n{number}"
        # A pane that gives all AVAILABLEs one UID still means several.
        if "RECURRENCE-ID" not in component and key in masters:
            key = f"{uid}\n{number}"
        masters.setdefault(key, []).append(component)
    for number, (key, group) in enumerate(masters.items()):
        uid = key.partition("\n")[0]
        sent = uid if uid == key else ""
        yield sent, _event_text(sent or f"{now}-{number}", group, vtimezones, now)


def _event_text(
    uid: str, group: Sequence[Component], vtimezones: Sequence[Component], now: int
) -> str:
    lines = []
    for component in group:
        for found in component.properties("RRULE"):
            fine = _TOO_FINE.search(found.value)
            if fine:
                raise UnmappableError(
                    f"{fine.group().upper()} lässt sich nicht als Buchungszeit speichern:"
                    " sie kehrt höchstens täglich wieder."
                )
        copied = (
            line
            for name, found in component.lines.items()
            if name not in _NOT_COPIED
            for line in found
        )
        own = ("BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{utc(now)}")
        # Apps show it as free: it is time to give away, not time that is taken.
        lines += [*own, *copied, "TRANSP:TRANSPARENT", "END:VEVENT"]
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Assisto CalDAV//DE")
    zones = "".join(_vtimezones(group, vtimezones))
    return f"{''.join(map(fold, head))}{zones}{''.join(map(fold, lines))}{fold('END:VCALENDAR')}"


def _vtimezones(group: Sequence[Component], sent: Sequence[Component]) -> Iterator[str]:
    named = dict.fromkeys(
        found.param("TZID")
        for component in group
        for name in _TIMES
        for found in component.properties(name)
    )
    own = {found.value("TZID"): found for found in sent}
    for tzid in filter(None, named):
        known = iana_zone(tzid)
        if known is not None and known.key == tzid:
            yield vtimezone_text(known)
        elif tzid in own:
            yield rebuilt_vtimezone(own[tzid], tzid)
