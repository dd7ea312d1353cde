"""Booking times as one VAVAILABILITY (RFC 7953 §3.1).

Each component of a rule becomes an AVAILABLE. What the RFC does not allow
there is said in other words: DATEs and floating times get the institution's
zone, cancelled instances become EXDATEs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from assisto_caldav.domain.calendar_object import CalendarObject
from assisto_caldav.domain.component import Component, parse_components
from assisto_caldav.domain.content_lines import fold
from assisto_caldav.domain.moments import Moment, moments, periods, utc
from assisto_caldav.domain.object_checks import only_moment
from assisto_caldav.domain.recurrence_rule import RecurrenceRule, parse_rule
from assisto_caldav.domain.timespan import timespan
from assisto_caldav.domain.timezones import instant_in, vtimezone_text

_STAMP = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_UNTIL = re.compile(r"UNTIL=[^;]*", re.IGNORECASE)
# Clients that look for the beginning find one; nothing before it can be booked any more.
_BEGINNING = "19700101T000000Z"


def render_availability(
    rules: Sequence[CalendarObject], *, uid: str, changed_at: int, zone: ZoneInfo
) -> str:
    """Return the VAVAILABILITY of these rules as an iCalendar object with CRLFs.

    Args:
        rules: Objects of ``booking-times/``, in the order of the AVAILABLEs.
        uid: Its UID, always the same for one counsellor.
        changed_at: When one of the rules last changed: the DTSTAMP.
        zone: The institution's.
    """
    writer = _Writer(zone, utc(changed_at))
    inner = [line for rule in rules for line in writer.rule(rule)]
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Assisto CalDAV//DE")
    lines = (
        "BEGIN:VAVAILABILITY",
        f"UID:{uid}",
        f"DTSTAMP:{utc(changed_at)}",
        f"DTSTART:{_BEGINNING}",
        "BUSYTYPE:BUSY-UNAVAILABLE",
        "SUMMARY:Buchungszeiten",
        *inner,
        "END:VAVAILABILITY",
        "END:VCALENDAR",
    )
    return f"{_folded(head)}{''.join(writer.vtimezones.values())}{_folded(lines)}"


def is_cancelled(component: Component) -> bool:
    """Tell whether an instance, or a whole rule, opens nothing."""
    return component.value("STATUS").upper() == "CANCELLED"


def opens_time(item: CalendarObject, zone: ZoneInfo) -> bool:
    """Tell whether a rule has a component that opens anything."""
    spans = (timespan(part, item.zones, zone) for part in item.components if not is_cancelled(part))
    return any(span is not None and span.length for span in spans)


def anchored(moment: Moment, zone: ZoneInfo) -> Moment:
    """Return a moment with a zone: a DATE or floating one is in the institution's."""
    return moment if moment.zone is not None else Moment(moment.local, False, zone)


def instance_named(moment: Moment, start: Moment) -> Moment:
    """Return the instance that an EXDATE or RECURRENCE-ID names, beside an anchored start."""
    if moment.is_date:
        return start.at(datetime.combine(moment.local, start.local.time()))
    return moment if moment.zone is not None else start.at(moment.local)


def last_instant_of(rule: RecurrenceRule, start: Moment, zone: ZoneInfo) -> int | None:
    """Return the instant that UNTIL means for a start as written, None without UNTIL."""
    until, own = rule.until, anchored(start, zone).zone or zone
    if until is None:
        return None
    if start.is_date or not isinstance(until, datetime):
        return instant_in(own, datetime.combine(until, time(23, 59, 59)))
    if rule.until_is_utc and start.zone is not None:
        return int(until.replace(tzinfo=UTC).timestamp())
    return instant_in(own, until)


def rebuilt_vtimezone(component: Component, tzid: str) -> str:
    """Return a VTIMEZONE as text, under this TZID."""
    return _folded(_inner(component, {"TZID": f"TZID:{tzid}"}))


def _inner(component: Component, changed: dict[str, str]) -> Iterator[str]:
    yield f"BEGIN:{component.name}"
    for name, lines in component.lines.items():
        yield from [changed[name]] if name in changed else lines
    for part in component.components:
        yield from _inner(part, {})
    yield f"END:{component.name}"


def _folded(lines: Sequence[str] | Iterator[str]) -> str:
    return "".join(map(fold, lines))


class _Writer:
    """Writes AVAILABLEs and gathers the VTIMEZONEs that they name."""

    def __init__(self, zone: ZoneInfo, stamp: str) -> None:
        self._zone = zone
        self._stamp = stamp
        self.vtimezones: dict[str, str] = {}

    def rule(self, item: CalendarObject) -> Iterator[str]:
        """Yield the AVAILABLEs of a rule; an instance without length opens nothing."""
        called_off = [
            moment
            for part in item.overrides
            if is_cancelled(part) and (moment := only_moment(part, "RECURRENCE-ID", item.zones))
        ]
        master = item.master
        span = timespan(master, item.zones, self._zone) if master else None
        series = anchored(span.start, self._zone) if span else None
        for part in item.components:
            span = timespan(part, item.zones, self._zone)
            if is_cancelled(part) or span is None or not span.length:
                continue
            start = anchored(span.start, self._zone)
            yield from ("BEGIN:AVAILABLE", f"UID:{item.uid}", f"DTSTAMP:{self._stamp_of(part)}")
            yield self._dated("DTSTART", start, item)
            yield self._dated("DTEND", start.at(start.local + span.length), item)
            yield from self._recurrence(item, part, span.start)
            if part is master:
                yield from self._exdates(item, part, start, called_off)
            else:
                yield from self._recurrence_id(item, part, series or start)
            yield from part.lines.get("SUMMARY", ())[:1]
            yield "END:AVAILABLE"

    def _stamp_of(self, part: Component) -> str:
        found = part.value("DTSTAMP")
        return found if _STAMP.fullmatch(found) else self._stamp

    def _recurrence(self, item: CalendarObject, part: Component, start: Moment) -> Iterator[str]:
        for value in filter(None, (found.value.strip() for found in part.properties("RRULE"))):
            last = last_instant_of(parse_rule(value), start, self._zone)
            # With a zone, UNTIL is in UTC (RFC 5545 §3.3.10).
            yield f"RRULE:{value if last is None else _UNTIL.sub(f'UNTIL={utc(last)}', value)}"
        for moment, end in periods(part, "RDATE", item.zones):
            begin = instance_named(moment, anchored(start, self._zone)).instant(self._zone)
            if end is None:
                yield f"RDATE:{utc(begin)}"
                continue
            finish = (
                end.instant(self._zone)
                if isinstance(end, Moment)
                else begin + int(end.total_seconds())
            )
            yield f"RDATE;VALUE=PERIOD:{utc(begin)}/{utc(finish)}"

    def _exdates(
        self, item: CalendarObject, part: Component, start: Moment, called_off: Sequence[Moment]
    ) -> Iterator[str]:
        for moment in (*moments(part, "EXDATE", item.zones), *called_off):
            yield self._dated("EXDATE", instance_named(moment, start), item)

    def _recurrence_id(self, item: CalendarObject, part: Component, start: Moment) -> Iterator[str]:
        moment = only_moment(part, "RECURRENCE-ID", item.zones)
        found = part.property("RECURRENCE-ID")
        if moment is None or found is None:
            return
        reach = found.param("RANGE").upper()
        name = f"RECURRENCE-ID;RANGE={reach}" if reach == "THISANDFUTURE" else "RECURRENCE-ID"
        yield self._dated(name, instance_named(moment, start), item)

    def _dated(self, name: str, moment: Moment, item: CalendarObject) -> str:
        zone = moment.zone or self._zone
        if isinstance(zone, ZoneInfo) and zone.key == "UTC":
            return f"{name}:{moment.local:%Y%m%dT%H%M%S}Z"
        if isinstance(zone, ZoneInfo):
            label = zone.key
            self.vtimezones.setdefault(label, vtimezone_text(zone))
        else:
            label = self._label(zone.key, item)
        quoted = f'"{label}"' if set(label) & set(":;,") else label
        return f"{name};TZID={quoted}:{moment.local:%Y%m%dT%H%M%S}"

    def _label(self, tzid: str, item: CalendarObject) -> str:
        """Return the name here of a zone that only its object knows: two may share a TZID."""
        calendar = parse_components(item.text)[0]
        own = next(
            part
            for part in calendar.components
            if part.name == "VTIMEZONE" and part.value("TZID") == tzid
        )
        number, label = 1, tzid
        while self.vtimezones.setdefault(label, rebuilt_vtimezone(own, label)) != rebuilt_vtimezone(
            own, label
        ):
            number += 1
            label = f"{tzid} {number}"
        return label
