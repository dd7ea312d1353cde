"""Storing one calendar object with its index: the only caller of ``objects.put``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from assisto_caldav.domain.attendee import attendees
from assisto_caldav.domain.booking_times import match_services
from assisto_caldav.domain.calendar_object import CalendarObject, Limits, parse_calendar_object
from assisto_caldav.domain.closure_events import is_of_config
from assisto_caldav.domain.collection import (
    SHARED,
    Collection,
    CollectionKind,
    IndexedOccurrence,
    Role,
    StoredObject,
)
from assisto_caldav.domain.component import Component
from assisto_caldav.domain.freebusy import fbtype
from assisto_caldav.domain.institution import OCCURRENCE_INDEX_DAYS, Institution
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.localtime import zone
from assisto_caldav.domain.recurrence import expand, last_instant
from assisto_caldav.domain.recurrence_rule import rules_of
from assisto_caldav.domain.timespan import MAX_INSTANT, MIN_INSTANT
from assisto_caldav.domain.timezones import Zone
from assisto_caldav.errors import InvalidCalendarObjectError, NotFoundError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.service_names import former_names

DAY = 24 * 3600
BACKWARD_DAYS = 2 * 365
_FEW = 120
_CLOSED_KINDS = frozenset({CollectionKind.ABSENCES, CollectionKind.CLOSING_DAYS})
_BUSY_KINDS = frozenset({CollectionKind.APPOINTMENTS, CollectionKind.CALENDAR})


@dataclass(frozen=True, slots=True)
class Member:
    """A calendar object on its way into a collection.

    ``appointment`` is set on our own scheduling objects; ``services`` on
    booking-times rules, as ``StoredObject`` has them.
    """

    collection: Collection
    href: str
    item: CalendarObject
    schedule_tag: str | None = None
    appointment: str | None = None
    services: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """What the index says about an object; see ``StoredObject``."""

    occurrences: tuple[IndexedOccurrence, ...]
    last: int | None
    expanded_until: int | None
    expanded_from: int | None = None


def limits_of(ports: Ports) -> Limits:
    """Return what one calendar object may be at most."""
    limits = ports.config.current().limits
    return Limits(
        max_bytes=limits.max_object_bytes,
        max_line_octets=limits.max_line_bytes,
        max_lines=limits.max_lines,
        max_components=limits.max_components,
        max_properties=limits.max_properties,
        max_overrides=limits.max_overrides,
        max_attendees=limits.max_attendees,
        max_rdates=limits.max_rdates,
        max_instances=limits.max_instances,
        min_year=limits.min_year,
        max_year=limits.max_year,
    )


def institution_of(ports: Ports, institution: str) -> Institution:
    """Return an institution.

    Raises:
        NotFoundError: It is not in config.
    """
    found = ports.config.current().institutions.get(institution)
    if found is None:
        raise NotFoundError("Diese Einrichtung gibt es hier nicht.")
    return found


def store_member(unit: Unit, ports: Ports, member: Member) -> StoredObject:
    """Store an object with its occurrences; it replaces what has its href.

    Raises:
        InvalidCalendarObjectError: It has too many instances.
        UidConflictError: Another href of the collection has the UID.
    """
    now = ports.clock.now()
    index = build_index(ports, member, now=now)
    stored = StoredObject(
        id=ports.tokens.new_id(),
        institution=member.collection.institution,
        collection=member.collection.id,
        href=member.href,
        uid=member.item.uid,
        component=member.item.component,
        text=member.item.text,
        etag=etag_of(member.item.text),
        modified_at=now,
        sequence=member.item.sequence,
        schedule_tag=member.schedule_tag,
        appointment=member.appointment,
        services=member.services,
        last=index.last,
        expanded_until=index.expanded_until,
        expanded_from=index.expanded_from,
    )
    unit.objects.put(stored, index.occurrences)
    return stored


def etag_of(text: str) -> str:
    """Return the strong entity tag of a text: equal texts have equal ones."""
    return sha256(text.encode()).hexdigest()[:32]


def build_index(ports: Ports, member: Member, *, now: int) -> Index:
    """Return the occurrences of an object up to the horizon, and where it ends.

    A series that has too many begins in the index some years ago: who has
    stood up at seven every day since the last century may go on.

    Raises:
        InvalidCalendarObjectError: It has too many instances.
    """
    institution = institution_of(ports, member.collection.institution)
    limit = ports.config.current().limits.max_instances
    horizon = now + OCCURRENCE_INDEX_DAYS * DAY
    last = last_instant(member.item, max_instances=limit)
    is_series = _is_series(member.item)
    is_whole = not is_series or (
        last is not None and (last <= horizon or _has_few_instances(member.item))
    )
    end, floating_zone = MAX_INSTANT if is_whole else horizon, zone(institution.zone)
    until = None if is_whole else horizon
    try:
        window = Interval(MIN_INSTANT, end)
        rows = occurrences_in(member, window, floating_zone, max_instances=limit)
        return Index(rows, last, until)
    except InvalidCalendarObjectError:
        begin = now - BACKWARD_DAYS * DAY
        if not is_series or (last is not None and last <= begin):
            raise
    window = Interval(begin, end)
    rows = occurrences_in(member, window, floating_zone, max_instances=limit)
    return Index(rows, last, until, begin)


def occurrences_in(
    member: Member, window: Interval, floating_zone: Zone, *, max_instances: int
) -> tuple[IndexedOccurrence, ...]:
    """Return the rows of the index that a window has for an object, earliest first.

    Raises:
        InvalidCalendarObjectError: It has too many instances.
    """
    found = expand(member.item, window, floating_zone=floating_zone, max_instances=max_instances)
    looks = tuple(_looks(member))
    return tuple(
        IndexedOccurrence(
            start=occurrence.start,
            end=occurrence.end,
            fbtype=looks[occurrence.component_index][0],
            role=looks[occurrence.component_index][1],
            recurrence_id=occurrence.recurrence_id,
            is_all_day=occurrence.all_day,
            is_floating=occurrence.floating,
        )
        for occurrence in found
    )


def _has_few_instances(item: CalendarObject) -> bool:
    """Tell whether each rule counts its instances, and not to many.

    Such a series is in the index to its end, so that no report of a later year
    reads it.
    """
    rules = rules_of(item.master) if item.master else ()
    return sum(rule.count or _FEW + 1 for rule in rules) <= _FEW


def _is_series(item: CalendarObject) -> bool:
    return item.master is not None and any(name in item.master for name in ("RRULE", "RDATE"))


def _looks(member: Member) -> Iterator[tuple[str, Role]]:
    """Yield for each component how it counts in free-busy, and its role."""
    kind, owner = member.collection.kind, member.collection.owner
    for component in member.item.components:
        if member.appointment is not None:
            yield _fbtype_of_appointment(component), Role.NONE
        elif component.name != "VEVENT":
            yield "FREE", Role.NONE
        elif kind is CollectionKind.BOOKING_TIMES:
            stands = component.value("STATUS").upper() != "CANCELLED"
            yield "FREE", Role.WINDOW if stands and member.services else Role.NONE
        elif kind in SHARED and is_of_config(member.href):
            # Slots are closed by config itself, at once; this row only shows it.
            yield "BUSY-UNAVAILABLE", Role.NONE
        elif kind in _CLOSED_KINDS:
            yield _look_of_absence(component, owner)
        else:
            counts = fbtype(component, (owner,))
            blocks = kind in _BUSY_KINDS and not member.collection.is_transparent
            is_busy = blocks and counts != "FREE"
            yield counts, Role.BUSY if is_busy else Role.NONE


def _fbtype_of_appointment(component: Component) -> str:
    """Appointments block whatever TRANSP says; their taken time is kept elsewhere."""
    status = component.value("STATUS").upper()
    if status == "CANCELLED":
        return "FREE"
    return "BUSY" if status == "CONFIRMED" else "BUSY-TENTATIVE"


def _look_of_absence(component: Component, owner: str) -> tuple[str, Role]:
    """Absences block although Apple and Thunderbird draw all-day events as free."""
    is_off = component.value("STATUS").upper() == "CANCELLED"
    is_declined = any(
        found.address == owner and found.partstat == "DECLINED" for found in attendees(component)
    )
    return ("FREE", Role.NONE) if is_off or is_declined else ("BUSY-UNAVAILABLE", Role.ABSENCE)


def services_of(
    unit: Unit,
    ports: Ports,
    collection: Collection,
    item: CalendarObject,
    before: StoredObject | None,
) -> tuple[str, ...] | None:
    """Return what a booking-times rule opens; () when it is not understood.

    An unchanged SUMMARY keeps its match, also when a service was renamed since;
    so does one that comes from a device which knows only a former name.
    """
    if collection.kind is not CollectionKind.BOOKING_TIMES:
        return None
    summary = _summary(item)
    if before is not None and before.services:
        old = parse_calendar_object(before.text.encode())
        if _summary(old) == summary:
            return before.services
    institution = institution_of(ports, collection.institution)
    former = former_names(unit, institution)
    return match_services(summary, institution.services, former) or ()


def _summary(item: CalendarObject) -> str:
    return (item.master or item.components[0]).text("SUMMARY")


def reindex(unit: Unit, ports: Ports, stored: StoredObject) -> None:
    """Write an object's occurrences anew, as far as today's horizon reaches.

    Raises:
        InvalidCalendarObjectError: Config allows fewer instances than it did.
    """
    collection = unit.collections.by_id(stored.collection)
    if collection is None:
        return
    member = Member(
        collection=collection,
        href=stored.href,
        item=parse_calendar_object(stored.text.encode()),
        appointment=stored.appointment,
        services=stored.services,
    )
    index = build_index(ports, member, now=ports.clock.now())
    unit.objects.reindex(
        stored.id,
        index.occurrences,
        expanded_until=index.expanded_until,
        expanded_from=index.expanded_from,
    )
