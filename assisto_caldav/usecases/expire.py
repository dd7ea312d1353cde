"""What the passing of time does, in small units: one appointment, one transaction.

Whoever answers at the same moment is first or last, never both: each unit
locks the counsellor and looks again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from assisto_caldav.domain.appointment import (
    HOLDS_ITS_TIME,
    TRANSITIONS,
    WAITS_FOR_COUNSELLOR,
    Act,
    Appointment,
    Deletion,
    without_undo,
)
from assisto_caldav.domain.collection import StoredObject
from assisto_caldav.domain.institution import OCCURRENCE_INDEX_DAYS
from assisto_caldav.errors import InvalidInputError, NotFoundError, UnavailableError
from assisto_caldav.failures import frames_of
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import SYSTEM, Actor
from assisto_caldav.usecases.appointment_objects import drop_object
from assisto_caldav.usecases.find_slots import next_slots
from assisto_caldav.usecases.notify import owe_counsellor
from assisto_caldav.usecases.object_index import DAY, reindex
from assisto_caldav.usecases.scheduling import How, carry_out
from assisto_caldav.usecases.undo import carry_out_deletion

log = logging.getLogger(__name__)

WORKER = Actor(SYSTEM, "worker")
SHOW_CANCELLED_DAYS = 7
REINDEX_AHEAD_DAYS = 60
REINDEX_AT_ONCE = 100
ALTERNATIVES = 3

Step = Callable[[Unit, Ports, Appointment], None]
Extra = Mapping[str, str | int]


def expire_and_settle(ports: Ports) -> int:
    """Do what is due now; return how many appointments and series it was about."""
    now = ports.clock.now()
    with ports.database.reading() as unit:
        store = unit.appointments
        due: list[tuple[Step, list[Appointment]]] = [
            (_settle_deletion, store.deletions_due(now=now)),
            (_end_undo, store.undo_over(now=now)),
            (_remind, store.reminders_due(now=now)),
            (_drop, store.objects_to_drop(ended_before=now - SHOW_CANCELLED_DAYS * DAY)),
        ]
        waiting = store.awaiting_answer(now=now)
    count = sum(_each(ports, step, found) for step, found in due)
    for appointment in waiting:
        count += _each(ports, _expiry_with(_extra_or_none(ports, appointment)), [appointment])
    return count + extend_index(ports)


def _each(ports: Ports, step: Step, due: Iterable[Appointment]) -> int:
    """Do a step for each, alone; one that fails is reported and keeps no other."""
    done = 0
    for appointment in due:
        try:
            with ports.database.writing() as unit:
                unit.people.lock_counsellor(appointment.counsellor)
                current = unit.appointments.get(appointment.id)
                if current is not None:
                    step(unit, ports, current)
            done += 1
        except UnavailableError:
            raise
        except Exception as exc:  # noqa: BLE001 - one appointment must not stop the others
            log.error("What is due for an appointment failed: %s", frames_of(exc))  # noqa: TRY400 - a message may name people
    return done


def _extra_or_none(ports: Ports, appointment: Appointment) -> Extra:
    """Return what the mail says besides; the request expires even if that cannot be found."""
    try:
        return _alternatives(ports, appointment)
    except UnavailableError:
        raise
    except Exception as exc:  # noqa: BLE001 - one appointment must not stop the others
        log.error("No free times could be found for a mail: %s", frames_of(exc))  # noqa: TRY400 - a message may name people
        return {}


def _expiry_with(extra: Extra) -> Step:
    def expire(unit: Unit, ports: Ports, appointment: Appointment) -> None:
        if _awaits_in_vain(appointment, ports.clock.now()):
            carry_out(unit, ports, WORKER, appointment, Act.EXPIRE, How(extra=extra))

    return expire


def _awaits_in_vain(appointment: Appointment, now: int) -> bool:
    if appointment.state in WAITS_FOR_COUNSELLOR:
        return appointment.answer_by is not None and appointment.answer_by <= now
    waits = (appointment.state, Act.EXPIRE) in TRANSITIONS
    return waits and appointment.start <= now


def _alternatives(ports: Ports, appointment: Appointment) -> dict[str, str | int]:
    """Return the next free slots for the mail; without any it says nothing of them."""
    try:
        found = next_slots(
            ports,
            appointment.institution,
            service=appointment.service,
            channel=appointment.channel,
            count=ALTERNATIVES,
        )
    except (NotFoundError, InvalidInputError):
        # The service is offered no more: there is nothing to tell.
        return {}
    return {"alternatives": json.dumps([[slot.start, slot.end] for slot in found])}


def _remind(unit: Unit, ports: Ports, appointment: Appointment) -> None:
    now = ports.clock.now()
    if appointment.state not in WAITS_FOR_COUNSELLOR or appointment.reminded_at is not None:
        return
    unit.appointments.update(replace(appointment, reminded_at=now))
    is_open = appointment.answer_by is None or appointment.answer_by > now
    if is_open and appointment.deletion is Deletion.NONE:
        owe_counsellor(unit, ports, kind="request_reminder", appointment=appointment)


def _settle_deletion(unit: Unit, ports: Ports, appointment: Appointment) -> None:
    due = appointment.deletion_due
    if appointment.deletion is Deletion.PENDING and due is not None and due <= ports.clock.now():
        carry_out_deletion(unit, ports, Actor(appointment.counsellor, "worker"), appointment)


def _end_undo(unit: Unit, ports: Ports, appointment: Appointment) -> None:
    if appointment.undo is not None and appointment.undo.until <= ports.clock.now():
        unit.appointments.update(without_undo(appointment))


def _drop(unit: Unit, ports: Ports, appointment: Appointment) -> None:
    if appointment.state in HOLDS_ITS_TIME:
        return
    drop_object(unit, ports, appointment)
    unit.appointments.update(replace(appointment, href=None))


def extend_index(ports: Ports) -> int:
    """Expand series that the index does not know far enough; return how many."""
    now = ports.clock.now()
    before = now + (OCCURRENCE_INDEX_DAYS - REINDEX_AHEAD_DAYS) * DAY
    with ports.database.reading() as unit:
        due = unit.objects.expansion_due(before=before, limit=4 * REINDEX_AT_ONCE)
    # Another part of them each minute: those that always fail must not stand before all others.
    first = now // 60 * REINDEX_AT_ONCE % max(len(due), 1)
    turn = (due[first:] + due[:first])[:REINDEX_AT_ONCE]
    return sum(_extend(ports, stored, before=before) for stored in turn)


def _extend(ports: Ports, found: StoredObject, *, before: int) -> bool:
    """Expand one series, alone; the rows of one that fails stay true."""
    try:
        with ports.database.writing() as unit:
            collection = unit.collections.by_id(found.collection)
            if collection is not None:
                unit.people.lock_counsellor(collection.owner)
            stored = unit.objects.get(found.collection, found.href)
            if stored is None or (stored.expanded_until or before) >= before:
                return False
            reindex(unit, ports, stored)
    except UnavailableError:
        raise
    except Exception as exc:  # noqa: BLE001 - one series must not stop the others
        log.error("A stored series cannot be expanded any further: %s", frames_of(exc))  # noqa: TRY400 - a message may name people
        return False
    return True
