"""A counsellor's booking times as ``calendar-availability`` (RFC 7953 §7.2), both ways.

The property is computed, never stored: booking times are the truth. Rules
that are not understood, or over, are not in it, and a client that writes it
does not remove them. Two clients that write it at once: the later one wins, as
the protocol has no condition for a property.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from assisto_caldav.domain.availability import Plan, Rule, plan_changes
from assisto_caldav.domain.availability_reading import read_availability
from assisto_caldav.domain.availability_text import opens_time, render_availability
from assisto_caldav.domain.booking_times import match_services
from assisto_caldav.domain.calendar_object import CalendarObject, parse_calendar_object
from assisto_caldav.domain.closures import closed_periods
from assisto_caldav.domain.collection import Collection, CollectionKind, StoredObject
from assisto_caldav.domain.content_lines import escape_text, replace_properties
from assisto_caldav.domain.freebusy import Fbtype
from assisto_caldav.domain.intervals import Interval, clip, subtract
from assisto_caldav.domain.localtime import zone
from assisto_caldav.domain.privileges import Deed
from assisto_caldav.errors import InvalidCalendarObjectError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointment_puts import Put
from assisto_caldav.usecases.calendars import put_in
from assisto_caldav.usecases.conditions import NO_CONDITIONS
from assisto_caldav.usecases.homes import (
    find_home,
    open_collection,
    require_home,
    set_properties_in,
)
from assisto_caldav.usecases.object_index import limits_of
from assisto_caldav.usecases.service_names import former_names
from assisto_caldav.usecases.slot_facts import FactSource, read_facts

_KIND = CollectionKind.BOOKING_TIMES


def availability_text(unit: Unit, ports: Ports, owner: str) -> str | None:
    """Return the VAVAILABILITY of a counsellor, None for who has no booking times to keep.

    Raises:
        NotFoundError: No institution names them.
    """
    institution, _ = find_home(ports, owner)
    collection = unit.collections.get(owner, _KIND.value)
    if collection is None:
        return None
    own_zone = zone(institution.zone)
    rules = _rules(unit, ports, collection, own_zone)
    return render_availability(
        [rule.item for rule in rules if rule.shown],
        uid=f"availability-{collection.id}",
        changed_at=collection.modified_at,
        zone=own_zone,
    )


def set_availability(
    ports: Ports,
    actor: Actor,
    *,
    owner: str,
    raw: bytes,
    props: Mapping[str, str | None] | None = None,
) -> None:
    """Let booking times open what a VAVAILABILITY says, all of it or nothing.

    Rules that open the same stay byte for byte. ``props`` are dead properties
    of the inbox, set in the same unit of work.

    Raises:
        NotFoundError: There is no such home, or it is somebody else's.
        InvalidCalendarObjectError: It is no VAVAILABILITY, or says what
            booking times cannot.
    """
    institution = require_home(ports, actor, owner)
    now, own_zone = ports.clock.now(), zone(institution.zone)
    wanted = read_availability(raw, zone=own_zone, now=now, limits=limits_of(ports))
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(owner)
        inbox = open_collection(
            unit,
            ports,
            actor,
            Deed.SET_PROPERTIES,
            owner=owner,
            name=CollectionKind.INBOX.value,
        )
        target = open_collection(unit, ports, actor, Deed.WRITE, owner=owner, name=_KIND.value)
        former = former_names(unit, institution)
        plan = plan_changes(
            _rules(unit, ports, target, own_zone),
            wanted,
            zone=own_zone,
            now=now,
            match=lambda summary: match_services(summary, institution.services, former),
        )
        _carry_out(unit, ports, actor, target, plan)
        if props:
            set_properties_in(unit, ports, inbox, props)


def _rules(unit: Unit, ports: Ports, collection: Collection, own_zone: ZoneInfo) -> list[Rule]:
    now = ports.clock.now()
    found = []
    for stored in unit.objects.all(collection.id):
        try:
            item = parse_calendar_object(stored.text.encode(), limits=limits_of(ports))
        except InvalidCalendarObjectError:
            # What cannot be read opens nothing; it stays for its owner to look at.
            continue
        found.append(_rule(stored, item, own_zone, now))
    return found


def _rule(stored: StoredObject, item: CalendarObject, own_zone: ZoneInfo, now: int) -> Rule:
    goes_on = stored.last is None or stored.last > now
    shown = bool(stored.services) and goes_on and opens_time(item, own_zone)
    return Rule(stored.href, item, stored.services or (), shown)


def _carry_out(unit: Unit, ports: Ports, actor: Actor, target: Collection, plan: Plan) -> None:
    for href in plan.removed:
        unit.objects.remove(target.id, href, now=ports.clock.now())
    for href, text in plan.changed.items():
        _put(unit, ports, actor, target, (href, text))
    for uid, text in plan.added:
        _put(unit, ports, actor, target, _named(unit, ports, target.owner, uid, text))


def _put(
    unit: Unit, ports: Ports, actor: Actor, target: Collection, written: tuple[str, str]
) -> None:
    href, text = written
    item = parse_calendar_object(text.encode(), limits=limits_of(ports))
    put_in(unit, ports, actor, Put(target, href, item, NO_CONDITIONS))


def _named(unit: Unit, ports: Ports, owner: str, uid: str, text: str) -> tuple[str, str]:
    """Return href and text of a new rule; a UID that is none, or taken, is made anew."""
    new = ports.tokens.new_id()
    taken = not uid or unit.objects.by_uid(owner, uid) or unit.appointments.by_uid(owner, uid)
    if taken:
        for part in parse_calendar_object(text.encode()).components:
            text = replace_properties(text, part.number, {"UID": f"UID:{escape_text(new)}"})
    return f"{new}.ics", text


def unavailable_periods(
    unit: Unit, ports: Ports, owner: str, window: Interval
) -> list[tuple[Fbtype, Interval]]:
    """Return when a counsellor is not available inside a window, merged, earliest first.

    That is all time outside of booking times (RFC 7953 §4), and the days on
    which the institution is closed. It lies beside what calendars say.

    Raises:
        NotFoundError: No institution names them.
        UnavailableError: A rule cannot be read.
    """
    institution, _ = find_home(ports, owner)
    source = FactSource(
        institution=institution.id,
        zone=zone(institution.zone),
        now=ports.clock.now(),
        max_instances=ports.config.current().limits.max_instances,
    )
    facts = read_facts(unit, source, [owner], window).get(owner, ())
    closed = [Interval(one.start, one.end) for one in closed_periods(institution, window)]
    closed += [Interval(one.start, one.end) for one in facts if one.kind == "closing day"]
    opened = [Interval(one.start, one.end) for one in facts if one.kind == "window"]
    available = subtract(clip(opened, window), closed)
    return [("BUSY-UNAVAILABLE", found) for found in subtract([window], available)]
