"""Deletions by calendar apps, and taking back what can be taken back (design §5.2)."""

from __future__ import annotations

from dataclasses import replace

from assisto_caldav.domain.appointment import (
    AGREED,
    HOLDS_ITS_TIME,
    Act,
    Appointment,
    Deletion,
    undone,
)
from assisto_caldav.domain.institution import Limits
from assisto_caldav.errors import InvalidTransitionError, SlotTakenError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointment_objects import (
    drop_object,
    rewrite_object,
    text_of_object,
)
from assisto_caldav.usecases.notify import owe_counsellor
from assisto_caldav.usecases.object_index import institution_of
from assisto_caldav.usecases.scheduling import (
    DELETED,
    How,
    carry_out,
    note,
    offer_undo,
    supersede_mails,
)

LEAST_WAIT = 15
"""Seconds that a deletion waits at least: an app that empties itself deletes several in them."""


def limits_for(ports: Ports, appointment: Appointment) -> Limits:
    """Return the limits of the appointment's institution."""
    return institution_of(ports, appointment.institution).limits


def refusal_of(appointment: Appointment) -> Act:
    """Return what a deletion comes to: declining a request, cancelling what was agreed."""
    return Act.CANCEL_BY_COUNSELLOR if appointment.state in AGREED else Act.DECLINE


def delete_appointment_object(
    unit: Unit, ports: Ports, actor: Actor, appointment: Appointment
) -> Appointment:
    """Remove the object at once; the appointment stands until the minutes pass.

    The object of an appointment that is over or has ended just goes: tidying
    up cancels nothing. Without minutes to undo it waits a moment all the same,
    so that an app that empties itself is known by how many it removes.
    """
    now = ports.clock.now()
    stands = appointment.state in HOLDS_ITS_TIME and appointment.end > now
    removed = text_of_object(unit, appointment)
    drop_object(unit, ports, appointment)
    gone = replace(appointment, href=None)
    if not stands:
        return unit.appointments.update(gone)
    due = now + max(limits_for(ports, appointment).undo_minutes * 60, LEAST_WAIT)
    gone = unit.appointments.update(
        replace(gone, removed_text=removed, deletion=Deletion.PENDING, deletion_due=due)
    )
    note(unit, ports, actor, appointment=gone, act="delete")
    return _park_or_offer(unit, ports, gone)


def _park_or_offer(unit: Unit, ports: Ports, appointment: Appointment) -> Appointment:
    """Park the deletions when there are too many at a time, else offer to undo this one."""
    now = ports.clock.now()
    recent = [
        found
        for found in unit.appointments.deletions(appointment.counsellor, since=now)
        if found.start > now and found.deletion_due is not None and found.deletion_due > now
    ]
    limits = limits_for(ports, appointment)
    if len(recent) <= limits.mass_delete_limit:
        if limits.undo_minutes:
            until = appointment.deletion_due or now
            offer_undo(unit, ports, appointment, change=DELETED, until=until)
        return appointment
    told_already = any(found.deletion is Deletion.PARKED for found in recent)
    for found in recent:
        if found.deletion is Deletion.PENDING:
            unit.appointments.update(replace(found, deletion=Deletion.PARKED))
            unit.outbox.cancel(found.id, recipient="counsellor", unsent_kinds=("undo_offer",))
    if not told_already:
        owe_counsellor(
            unit, ports, kind="deletions_parked", appointment=appointment,
            extra={"count": len(recent)},
        )  # fmt: skip
    return unit.appointments.get(appointment.id) or appointment


def carry_out_deletion(
    unit: Unit, ports: Ports, actor: Actor, appointment: Appointment
) -> Appointment:
    """Do what a deletion comes to; one of an appointment that is over comes to nothing."""
    if appointment.state in HOLDS_ITS_TIME and appointment.end > ports.clock.now():
        return carry_out(unit, ports, actor, appointment, refusal_of(appointment), How())
    return unit.appointments.update(
        replace(appointment, deletion=Deletion.NONE, deletion_due=None, removed_text=None)
    )


def undo_in(unit: Unit, ports: Ports, actor: Actor, appointment: Appointment) -> Appointment:
    """Take back the deletion, or else the answer, that the client was not told of yet.

    The object comes back, or moves back, with a higher SEQUENCE. An
    ``appointment`` without an object gets it at its ``href``.

    Raises:
        InvalidTransitionError: There is nothing to take back any more.
        SlotTakenError: Its old time has been taken since.
    """
    now = ports.clock.now()
    is_deleted = appointment.deletion is not Deletion.NONE
    if not is_deleted and (appointment.undo is None or appointment.undo.until <= now):
        raise InvalidTransitionError(appointment.state.value, "undo")
    restored = undone(appointment)
    if unit.appointments.overlaps(
        restored.counsellor, restored.blocked, now=now, but=appointment.id
    ):
        raise SlotTakenError("Die frühere Zeit ist inzwischen vergeben.")
    restored = rewrite_object(unit, ports, restored, removed_text=appointment.removed_text)
    restored = unit.appointments.update(restored)
    # A deletion has told nobody anything; an answer before it stands.
    superseded = replace(appointment, undo=None) if is_deleted else appointment
    supersede_mails(unit, superseded, now=now)
    note(unit, ports, actor, appointment=restored, act="undo")
    return restored
