"""The one write path of calendar objects.

Calendar apps, imports and forms all come in here. Everything is decided before
anything is written, under a lock on the owner, in one unit of work.
"""

from __future__ import annotations

from dataclasses import replace

from assisto_caldav.domain.calendar_object import parse_calendar_object
from assisto_caldav.domain.collection import Collection, CollectionKind, StoredObject
from assisto_caldav.domain.privileges import Deed
from assisto_caldav.errors import (
    ConflictError,
    EtagMismatchError,
    InvalidCalendarObjectError,
    InvalidInputError,
    NotFoundError,
    SchedulingObjectChangeError,
    UidConflictError,
)
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointment_puts import (
    Put,
    PutOutcome,
    put_appointment,
    put_gone_appointment,
)
from assisto_caldav.usecases.closures import refuse_config_row
from assisto_caldav.usecases.conditions import NO_CONDITIONS, Conditions
from assisto_caldav.usecases.home_keeping import ensure_homes
from assisto_caldav.usecases.homes import (
    delete_calendar,
    make_calendar,
    open_collection,
    require_entry,
    set_properties,
)
from assisto_caldav.usecases.object_index import (
    Member,
    etag_of,
    limits_of,
    services_of,
    store_member,
)
from assisto_caldav.usecases.own_scheduling import with_delivery_status
from assisto_caldav.usecases.shared_collections import lock_owners, logins_to_lock
from assisto_caldav.usecases.undo import delete_appointment_object

__all__ = [
    "Conditions",
    "PutOutcome",
    "check_href",
    "delete_calendar",
    "delete_object",
    "ensure_homes",
    "make_calendar",
    "move_object",
    "put_in",
    "put_object",
    "set_properties",
]
LONGEST_HREF = 500
Place = tuple[str, str, str]
"""Owner, collection, href."""


def put_object(  # noqa: PLR0913 - a PUT has this many parts
    ports: Ports,
    actor: Actor,
    *,
    owner: str,
    collection: str,
    href: str,
    raw: bytes,
    conditions: Conditions = NO_CONDITIONS,
) -> PutOutcome:
    """Store what a client has sent, byte for byte, or carry out the answer that it is.

    Raises:
        NotFoundError: There is no such collection, or it is somebody else's.
        NotAllowedError: Nothing is stored in this collection.
        InvalidCalendarObjectError: With the precondition of RFC 4791 §5.3.2.1.
        UidConflictError: Another href has the UID, or this one another UID.
        EtagMismatchError: A condition does not hold, or it is a stale copy.
        SchedulingObjectChangeError: An attendee may not change this.
    """
    institution = require_entry(ports, actor, owner)
    check_href(href)
    item = parse_calendar_object(raw, limits=limits_of(ports))
    with ports.database.writing() as unit:
        lock_owners(unit, logins_to_lock(institution, owner=owner, name=collection))
        target = open_collection(unit, ports, actor, Deed.WRITE, owner=owner, name=collection)
        conditions.require_states(unit)
        return put_in(unit, ports, actor, Put(target, href, item, conditions, by_app=True))


def put_in(unit: Unit, ports: Ports, actor: Actor, put: Put) -> PutOutcome:
    """Do the same in the caller's unit, with the owner locked and rights checked."""
    refuse_config_row(put.target, put.href)
    _check_component(put.target, put.item.component)
    stored = unit.objects.get(put.target.id, put.href)
    if stored is not None and stored.appointment is not None:
        return put_appointment(unit, ports, actor, put, stored)
    appointment = unit.appointments.by_uid(put.target.owner, put.item.uid)
    if appointment is not None:
        return put_gone_appointment(unit, ports, actor, put, appointment)
    return _put_own(unit, ports, put, stored)


def _put_own(unit: Unit, ports: Ports, put: Put, stored: StoredObject | None) -> PutOutcome:
    put.conditions.require(stored)
    if stored is not None and stored.uid != put.item.uid:
        raise UidConflictError(put.href)
    if put.by_app:
        item = with_delivery_status(ports, put.target, put.item, stored)
        put = replace(put, item=item)
    _refuse_uid_conflict(unit, put.target, put.item.uid, put.href)
    services = services_of(unit, ports, put.target, put.item, stored)
    is_same = stored is not None and stored.etag == etag_of(put.item.text)
    if stored is not None and is_same and stored.services == services:
        return PutOutcome(
            created=False,
            etag=None if put.item.transcoded else stored.etag,
            schedule_tag=stored.schedule_tag,
            href=put.href,
        )
    is_scheduled = any("ORGANIZER" in part for part in put.item.components)
    member = Member(
        collection=put.target,
        href=put.href,
        item=put.item,
        schedule_tag=ports.tokens.new_id() if is_scheduled else None,
        services=services,
    )
    new = store_member(unit, ports, member)
    return PutOutcome(
        created=stored is None,
        etag=None if put.item.transcoded else new.etag,
        schedule_tag=new.schedule_tag,
        href=put.href,
    )


def _refuse_uid_conflict(unit: Unit, target: Collection, uid: str, href: str) -> None:
    for found in unit.objects.by_uid(target.owner, uid):
        if found.collection == target.id and found.href != href:
            raise UidConflictError(found.href)


def delete_object(
    ports: Ports,
    actor: Actor,
    *,
    owner: str,
    collection: str,
    href: str,
    conditions: Conditions = NO_CONDITIONS,
) -> None:
    """Remove an object at once; of an appointment, see ``undo.delete_appointment_object``.

    Raises:
        NotFoundError: There is no such object, or it is somebody else's.
        NotAllowedError: Nothing is written in this collection.
        EtagMismatchError: A condition does not hold.
    """
    institution = require_entry(ports, actor, owner)
    with ports.database.writing() as unit:
        lock_owners(unit, logins_to_lock(institution, owner=owner, name=collection))
        # Nobody writes in the inbox, but its owner takes away what was seen (RFC 6638 §4).
        deed = Deed.READ if collection == CollectionKind.INBOX.value else Deed.WRITE
        target = open_collection(unit, ports, actor, deed, owner=owner, name=collection)
        stored = _require_object(unit, target, href)
        refuse_config_row(target, href)
        conditions.require_states(unit)
        conditions.require(stored)
        appointment = unit.appointments.get(stored.appointment) if stored.appointment else None
        if appointment is None:
            unit.objects.remove(target.id, href, now=ports.clock.now())
        else:
            delete_appointment_object(unit, ports, actor, appointment)


def move_object(
    ports: Ports,
    actor: Actor,
    *,
    source: Place,
    target: Place,
    overwrite: bool = True,
    conditions: Conditions = NO_CONDITIONS,
) -> bool:
    """Move an object of the counsellor's own; return whether the target is new.

    Raises:
        NotFoundError: There is no such source, or it is somebody else's.
        ConflictError: There is no such target collection.
        EtagMismatchError: The target is there and may not be overwritten, or a
            condition on the source does not hold.
        SchedulingObjectChangeError: One of them is an appointment's object.
        InvalidCalendarObjectError: The target collection takes no such components.
        UidConflictError: Another object of the target collection has the UID.
    """
    logins: set[str] = set()
    for owner, name, _ in (source, target):
        institution = require_entry(ports, actor, owner)
        logins |= logins_to_lock(institution, owner=owner, name=name)
    check_href(target[2])
    with ports.database.writing() as unit:
        lock_owners(unit, logins)
        origin = open_collection(unit, ports, actor, Deed.WRITE, owner=source[0], name=source[1])
        stored = _require_object(unit, origin, source[2])
        place = _open_destination(unit, ports, actor, target)
        conditions.require_states(unit)
        conditions.require(stored)
        refuse_config_row(origin, source[2])
        refuse_config_row(place, target[2])
        replaced = unit.objects.get(place.id, target[2])
        if source == target:
            raise InvalidInputError("Quelle und Ziel sind dasselbe.")
        if replaced is not None and not overwrite:
            raise EtagMismatchError("Am Ziel liegt schon ein Objekt (Overwrite).")
        if stored.appointment or (replaced is not None and replaced.appointment):
            in_the_way = source if stored.appointment else target
            raise SchedulingObjectChangeError(
                "Termine bleiben, wo sie sind.",
                precondition="unique-scheduling-object-resource",
                place=in_the_way[1:],
            )
        _move_own(unit, ports, (origin, stored), (place, target[2]), replaced)
    return replaced is None


def _open_destination(unit: Unit, ports: Ports, actor: Actor, target: Place) -> Collection:
    """Return the collection of a destination; without it 409 (RFC 4918 §9.9.4)."""
    try:
        return open_collection(unit, ports, actor, Deed.WRITE, owner=target[0], name=target[1])
    except NotFoundError as exc:
        raise ConflictError("Diesen Kalender gibt es nicht.") from exc


def _move_own(
    unit: Unit,
    ports: Ports,
    source: tuple[Collection, StoredObject],
    target: tuple[Collection, str],
    replaced: StoredObject | None,
) -> None:
    origin, stored = source
    place, href = target
    _check_component(place, stored.component)
    for found in unit.objects.by_uid(place.owner, stored.uid):
        if found.collection == place.id and found.id != stored.id and found.href != href:
            raise UidConflictError(found.href)
    if unit.appointments.by_uid(place.owner, stored.uid) is not None:
        raise SchedulingObjectChangeError(
            "Diese UID gehört zu einem Termin.", precondition="unique-scheduling-object-resource"
        )
    now = ports.clock.now()
    item = parse_calendar_object(stored.text.encode())
    unit.objects.remove(origin.id, stored.href, now=now)
    if replaced is not None:
        unit.objects.remove(place.id, replaced.href, now=now)
    before = stored if origin.kind is CollectionKind.BOOKING_TIMES else None
    member = Member(
        collection=place,
        href=href,
        item=item,
        # A direct request changes it (RFC 6638 §3.2.10).
        schedule_tag=ports.tokens.new_id() if stored.schedule_tag else None,
        services=services_of(unit, ports, place, item, before),
    )
    store_member(unit, ports, member)


def _require_object(unit: Unit, collection: Collection, href: str) -> StoredObject:
    found = unit.objects.get(collection.id, href)
    if found is None:
        raise NotFoundError("Dieses Objekt gibt es nicht.")
    return found


def check_href(href: str) -> None:
    """Refuse what is no name for a calendar object.

    Raises:
        InvalidInputError: It is none.
    """
    if not href or len(href) > LONGEST_HREF or "/" in href or href in (".", ".."):
        raise InvalidInputError("Das ist kein Name für ein Kalenderobjekt.", field="href")


def _check_component(target: Collection, component: str) -> None:
    if component not in target.components:
        raise InvalidCalendarObjectError(
            f"{component} wird in diesem Kalender nicht gespeichert.",
            precondition="supported-calendar-component",
        )
