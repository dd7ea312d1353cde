"""A PUT on an appointment's calendar object: an answer, a move, or notes of her own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assisto_caldav.domain.answers import Answer, Gesture, act_of, is_refusal, read_answer
from assisto_caldav.domain.appointment import MOVES_IT, Act, Appointment, Deletion, as_told
from assisto_caldav.domain.appointment_object import master_of, read_object
from assisto_caldav.domain.calendar_object import CalendarObject
from assisto_caldav.domain.collection import Collection, CollectionKind, StoredObject
from assisto_caldav.domain.content_lines import replace_properties
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.service import LONGEST_MINUTES
from assisto_caldav.errors import (
    EtagMismatchError,
    InvalidTransitionError,
    NotFoundError,
    SchedulingObjectChangeError,
    SlotTakenError,
)
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.appointment_objects import store_server_object
from assisto_caldav.usecases.conditions import Conditions
from assisto_caldav.usecases.object_index import Member, store_member
from assisto_caldav.usecases.scheduling import UNDOABLE, How, carry_out, note
from assisto_caldav.usecases.undo import limits_for, undo_in

_STALE = "Dieser Stand des Termins ist veraltet."
_ELSEWHERE = "unique-scheduling-object-resource"


@dataclass(frozen=True, slots=True)
class Put:
    """A calendar object on its way to an href, and what must hold for it.

    ``by_app``: a calendar app has sent it and believes that we invite and reply.
    """

    target: Collection
    href: str
    item: CalendarObject
    conditions: Conditions
    by_app: bool = False


@dataclass(frozen=True, slots=True)
class PutOutcome:
    """What became of a PUT.

    ``etag`` None: what is stored is not what was sent, so the answer carries
    no ETag (RFC 4791 §5.3.4).
    """

    created: bool
    etag: str | None
    schedule_tag: str | None
    href: str


def put_appointment(
    unit: Unit, ports: Ports, actor: Actor, put: Put, stored: StoredObject
) -> PutOutcome:
    """Carry out what a PUT on an appointment's object says.

    Raises:
        EtagMismatchError: A stale copy, or a condition that does not hold.
        SchedulingObjectChangeError: An attendee may not change this.
    """
    appointment = unit.appointments.get(stored.appointment or "")
    if appointment is None:
        raise NotFoundError("Diesen Termin gibt es nicht.")
    answer = _read_current_answer(put, stored, appointment)
    if answer is None:
        return _unchanged(stored)
    if put.item.text == stored.text and not put.item.transcoded:
        return replace(_unchanged(stored), etag=stored.etag)
    act = act_of(answer, appointment.state)
    if act is None:
        return _keep(unit, ports, actor, put, (stored, appointment, answer))
    return _answer(unit, ports, actor, put, (appointment, act, answer))


def _read_current_answer(put: Put, stored: StoredObject, appointment: Appointment) -> Answer | None:
    """Return what the PUT says; None for an answer that was given already.

    Nothing but her PARTSTAT changed: then it counts although If-Match is
    stale, since devices answer from what they saw last.
    """
    is_stale = put.conditions.is_stale(stored)
    is_outdated = put.item.sequence < stored.sequence
    try:
        answer = read_answer(read_object(stored.text), put.item, own_address=appointment.counsellor)
    except SchedulingObjectChangeError as exc:
        if is_stale or is_outdated:
            raise EtagMismatchError(_STALE) from exc
        raise
    if answer.is_repeated and (is_stale or is_outdated):
        return None
    if is_outdated or (is_stale and not answer.is_only_partstat):
        raise EtagMismatchError(_STALE)
    put.conditions.require_others(stored)
    return answer


def _unchanged(stored: StoredObject) -> PutOutcome:
    return PutOutcome(created=False, etag=None, schedule_tag=stored.schedule_tag, href=stored.href)


def _keep(
    unit: Unit,
    ports: Ports,
    actor: Actor,
    put: Put,
    facts: tuple[StoredObject, Appointment, Answer],
) -> PutOutcome:
    """Store her notes, alarms and "seen"; put back what is not hers."""
    _, appointment, answer = facts
    text = _with_ours(put.item, answer)
    if text != put.item.text:
        store_server_object(unit, ports, appointment, text)
    else:
        # A direct request changes the tag, also when it changes PARTSTAT alone (§3.2.10).
        tag = ports.tokens.new_id()
        member = Member(put.target, put.href, put.item, tag, appointment.id)
        store_member(unit, ports, member)
    if answer.gesture is Gesture.SEEN:
        note(unit, ports, actor, appointment=appointment, act="seen")
    return _outcome(unit, put, is_as_sent=text == put.item.text and not put.item.transcoded)


def _with_ours(item: CalendarObject, answer: Answer) -> str:
    if not answer.put_back:
        return item.text
    return replace_properties(item.text, master_of(item).number, answer.put_back)


def _answer(
    unit: Unit, ports: Ports, actor: Actor, put: Put, facts: tuple[Appointment, Act, Answer]
) -> PutOutcome:
    appointment, act, answer = facts
    text = _with_ours(put.item, answer)
    try:
        answer_in(unit, ports, actor, appointment, (act, answer.time, text))
    except SlotTakenError as exc:
        raise SchedulingObjectChangeError("Zu dieser Zeit ist schon ein Termin.") from exc
    except InvalidTransitionError as exc:
        raise SchedulingObjectChangeError("Dieser Termin ist nicht mehr offen.") from exc
    return _outcome(unit, put, is_as_sent=False)


def answer_in(
    unit: Unit,
    ports: Ports,
    actor: Actor,
    appointment: Appointment,
    answer: tuple[Act, Interval | None, str],
) -> Appointment:
    """Carry out an answer from a calendar app: an act, its new time, and the text put.

    Moving back what was just moved undoes the move.

    Raises:
        SchedulingObjectChangeError: The new time is past or too long.
        SlotTakenError: The new time overlaps what already holds it.
        InvalidTransitionError: It is too late for this.
    """
    act, time, text = answer
    to = time if act in MOVES_IT else None
    if to is not None:
        _check_time(ports, to)
        told = as_told(appointment, now=ports.clock.now())
        if to == Interval(told.start, told.end):
            return undo_in(unit, ports, actor, appointment)
    minutes = limits_for(ports, appointment).undo_minutes if act in UNDOABLE else 0
    how = How(to=to, undo_seconds=minutes * 60, object_text=text)
    return carry_out(unit, ports, actor, appointment, act, how)


def _check_time(ports: Ports, to: Interval) -> None:
    if to.start <= ports.clock.now():
        raise SchedulingObjectChangeError("Ein Termin wird nicht in die Vergangenheit verlegt.")
    if to.end - to.start > LONGEST_MINUTES * 60:
        raise SchedulingObjectChangeError("So lang kann ein Termin nicht sein.")


def put_gone_appointment(
    unit: Unit, ports: Ports, actor: Actor, put: Put, appointment: Appointment
) -> PutOutcome:
    """Handle a PUT of an appointment's UID where its object is not: elsewhere, or gone.

    A gone object comes back as it was, with a higher SEQUENCE, as long as the
    client was not told; a repeated refusal has happened already.

    Raises:
        SchedulingObjectChangeError: Its place is another, or nothing brings it back.
        EtagMismatchError: It was an edit of what is gone, or the href has another object.
    """
    is_home = put.target.kind is CollectionKind.APPOINTMENTS
    there = unit.objects.by_appointment(appointment.id)
    if not is_home or there is not None:
        place = None if there is None else (CollectionKind.APPOINTMENTS.value, there.href)
        raise SchedulingObjectChangeError(
            "Diesen Termin gibt es schon.", precondition=_ELSEWHERE, place=place
        )
    if unit.objects.get(put.target.id, put.href) is not None:
        raise SchedulingObjectChangeError(
            "Hier liegt ein anderes.", precondition=_ELSEWHERE, place=(put.target.name, put.href)
        )
    now = ports.clock.now()
    may_return = appointment.deletion is not Deletion.NONE or (
        appointment.undo is not None and appointment.undo.until > now
    )
    if may_return and is_refusal(put.item, own_address=appointment.counsellor):
        return PutOutcome(created=False, etag=None, schedule_tag=None, href=put.href)
    put.conditions.require(None)
    if not may_return:
        raise SchedulingObjectChangeError("Dieser Termin ist nicht mehr offen.")
    try:
        undo_in(unit, ports, actor, replace(appointment, href=put.href))
    except SlotTakenError as exc:
        raise SchedulingObjectChangeError("Zu dieser Zeit ist schon ein Termin.") from exc
    return replace(_outcome(unit, put, is_as_sent=False), created=True)


def _outcome(unit: Unit, put: Put, *, is_as_sent: bool) -> PutOutcome:
    stored = unit.objects.get(put.target.id, put.href)
    return PutOutcome(
        created=False,
        etag=stored.etag if stored and is_as_sent else None,
        schedule_tag=stored.schedule_tag if stored else None,
        href=put.href,
    )
