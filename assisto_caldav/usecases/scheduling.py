"""What every act on an appointment does: state, object, taken time, mails, audit line.

Web, calendar app, signed link, client and the passing of time all end in
``carry_out``, in the caller's unit of work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assisto_caldav.domain.appointment import (
    BY_CLIENT,
    BY_COUNSELLOR,
    HOLDS_ITS_TIME,
    Act,
    Appointment,
    Known,
    State,
    as_told,
    make_undoable,
    perform,
    perform_move,
)
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.people import AuditEntry
from assisto_caldav.errors import InvalidTransitionError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointment_objects import (
    drop_object,
    rename_object,
    rewrite_object,
    text_of_object,
)
from assisto_caldav.usecases.notify import owe_client, owe_counsellor

CLIENT_MAILS = {
    Act.CONFIRM: "confirmed",
    Act.ACCEPT: "confirmed",
    Act.DECLINE: "declined",
    Act.PROPOSE: "proposed",
    Act.RESCHEDULE: "rescheduled",
    Act.CANCEL_BY_COUNSELLOR: "cancelled",
    Act.EXPIRE: "expired",
}
# No request was declined, and who let an offer lapse waits for no answer.
OFFER_MAILS: Mapping[Act, str | None] = {Act.DECLINE: "cancelled", Act.EXPIRE: None}
COUNSELLOR_MAILS = {
    Act.WITHDRAW: "withdrawn",
    Act.CANCEL_BY_CLIENT: "cancelled_by_client",
    Act.ACCEPT: "accepted",
    Act.REFUSE: "refused",
}
UNDOABLE = {
    Act.DECLINE: "declined",
    Act.CANCEL_BY_COUNSELLOR: "cancelled",
    Act.PROPOSE: "moved",
    Act.RESCHEDULE: "moved",
}
DELETED = "deleted"
_ATTENDANCE = frozenset({Act.RECORD_ATTENDANCE, Act.RECORD_ABSENCE})
_REMOVES_OBJECT = frozenset({Act.DECLINE, Act.CANCEL_BY_COUNSELLOR})


@dataclass(frozen=True, slots=True)
class How:
    """What belongs to an act.

    ``to`` is the new time of a move; ``text`` the counsellor's words to the
    client. ``undo_seconds``: so long the client is not told and it can be
    undone. ``object_text`` is what the calendar app has put, to be kept.
    ``extra`` goes into the client's mail.
    """

    to: Interval | None = None
    text: str = ""
    undo_seconds: int = 0
    object_text: str | None = None
    extra: Mapping[str, str | int] | None = None


AT_ONCE = How()


def carry_out(
    unit: Unit,
    ports: Ports,
    actor: Actor,
    appointment: Appointment,
    act: Act,
    how: How = AT_ONCE,
) -> Appointment:
    """Do what an act does, all of it, in the caller's unit.

    A client acts on what they know: an answer that could still be undone and
    that they were not told of yields to them.

    Raises:
        InvalidTransitionError: The state does not allow it, or it is too late.
        SlotTakenError: The new time overlaps what already holds it.
    """
    now = ports.clock.now()
    told = as_told(appointment, now=now)
    before = told if act in BY_CLIENT else appointment
    if act in BY_COUNSELLOR and before.end <= now:
        raise InvalidTransitionError("over", act.value)
    if how.to is not None:
        after = perform_move(before, act, how.to, now=now)
    else:
        after = perform(before, act, now=now)
    if how.undo_seconds:
        after = make_undoable(appointment, after, now=now, until=now + how.undo_seconds)
    _keep_answer_text(unit, appointment, act, how)
    after = unit.appointments.update(_write_object(unit, ports, appointment, after, (act, how)))
    supersede_mails(unit, appointment, now=now)
    _owe_mails(unit, ports, told=told, after=after, deed=(act, how))
    note(unit, ports, actor, appointment=after, act=act.value)
    return after


def _keep_answer_text(unit: Unit, appointment: Appointment, act: Act, how: How) -> None:
    if act not in BY_COUNSELLOR:
        return
    details = unit.appointments.details(appointment.id)
    if details.answer_text != how.text:
        unit.appointments.set_details(appointment.id, replace(details, answer_text=how.text))


def _write_object(
    unit: Unit, ports: Ports, before: Appointment, after: Appointment, deed: tuple[Act, How]
) -> Appointment:
    """Let the object follow; return the appointment with what is left of it."""
    act, how = deed
    if act in _ATTENDANCE:
        return after
    if act in _REMOVES_OBJECT:
        removed = text_of_object(unit, before)
        drop_object(unit, ports, before)
        return replace(after, href=None, removed_text=removed if how.undo_seconds else None)
    if before.href is None and after.state not in HOLDS_ITS_TIME:
        return after
    return rewrite_object(unit, ports, after, removed_text=before.removed_text, put=how.object_text)


def supersede_mails(unit: Unit, appointment: Appointment, *, now: int) -> None:
    """Drop the mails that wait for what is no longer so; what was to be told stays owed."""
    if appointment.undo is not None and appointment.undo.until > now:
        unit.outbox.cancel(
            appointment.id,
            recipient="client",
            unsent_kinds=[CLIENT_MAILS[act] for act in UNDOABLE],
            held_at=now,
        )
    unit.outbox.cancel(
        appointment.id,
        recipient="counsellor",
        unsent_kinds=("undo_offer", "request_reminder"),
    )


def _owe_mails(
    unit: Unit, ports: Ports, *, told: Appointment, after: Appointment, deed: tuple[Act, How]
) -> None:
    act, how = deed
    until = after.undo.until if after.undo else None
    if kind := _client_mail(told, act):
        # Who was not told of a move is told the time they know.
        about = _at_time_of(told, after) if act in _REMOVES_OBJECT else after
        owe_client(unit, ports, kind=kind, appointment=about, not_before=until, extra=how.extra)
    if kind := COUNSELLOR_MAILS.get(act):
        owe_counsellor(unit, ports, kind=kind, appointment=after)
    if until is not None:
        offer_undo(unit, ports, after, change=UNDOABLE[act], until=until)


def _client_mail(told: Appointment, act: Act) -> str | None:
    if told.state is State.OFFERED and act in OFFER_MAILS:
        return OFFER_MAILS[act]
    return CLIENT_MAILS.get(act)


def _at_time_of(told: Appointment, after: Appointment) -> Appointment:
    return replace(after, start=told.start, end=told.end, blocked_until=told.blocked_until)


def offer_undo(
    unit: Unit, ports: Ports, appointment: Appointment, *, change: str, until: int
) -> None:
    """Owe the counsellor the mail with "Rückgängig"."""
    owe_counsellor(
        unit,
        ports,
        kind="undo_offer",
        appointment=appointment,
        extra={"change": change, "undo_until": until},
    )


def note(unit: Unit, ports: Ports, actor: Actor, *, appointment: Appointment, act: str) -> None:
    """Write the audit line."""
    unit.audit.add(
        AuditEntry(
            id=ports.tokens.new_id(),
            institution=appointment.institution,
            at=ports.clock.now(),
            actor=actor.audit_name,
            via=actor.via,
            act=act,
            appointment=appointment.id,
        )
    )


def client_has_seen(unit: Unit, ports: Ports, appointment: Appointment) -> Appointment:
    """Note that the client has looked at their page; "Noch nicht gelesen" goes.

    An answer that can still be undone is not shown to them, so it is not seen.
    """
    if appointment.known is Known.SEEN or appointment.undo is not None:
        return appointment
    seen = unit.appointments.update(replace(appointment, known=Known.SEEN))
    rename_object(unit, ports, seen)
    return seen
