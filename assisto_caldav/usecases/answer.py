"""The counsellor's answers from the web and from signed links; they take effect at once."""

from __future__ import annotations

from dataclasses import replace

from assisto_caldav.domain.appointment import AGREED, Act, Appointment, Deletion
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.privileges import RoleFacts, may_answer, role_facts
from assisto_caldav.errors import InvalidInputError, NotAllowedError, NotFoundError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.scheduling import AT_ONCE, How, carry_out, note
from assisto_caldav.usecases.undo import carry_out_deletion, undo_in

LONGEST_ANSWER = 5000


def confirm(ports: Ports, actor: Actor, appointment_id: str, *, text: str = "") -> Appointment:
    """Agree to a request.

    Raises:
        NotFoundError: There is no such appointment, or it is another institution's.
        NotAllowedError: It is a colleague's.
        InvalidTransitionError: It was answered already, withdrawn, or is over.
        InvalidInputError: The text is too long.
    """
    return _answer(ports, actor, appointment_id, Act.CONFIRM, How(text=_checked(text)))


def decline(ports: Ports, actor: Actor, appointment_id: str, *, text: str = "") -> Appointment:
    """Decline a request or take back a proposal; raises as ``confirm``."""
    return _answer(ports, actor, appointment_id, Act.DECLINE, How(text=_checked(text)))


def cancel(ports: Ports, actor: Actor, appointment_id: str, *, text: str = "") -> Appointment:
    """Cancel what was agreed; raises as ``confirm``."""
    return _answer(ports, actor, appointment_id, Act.CANCEL_BY_COUNSELLOR, How(text=_checked(text)))


def reschedule(ports: Ports, actor: Actor, appointment_id: str, *, start: int) -> Appointment:
    """Move what was agreed, or propose another time for a request; its length stays.

    Raises:
        SlotTakenError: The new time overlaps what already holds it.
        InvalidInputError: It is the old time, or past.
        NotFoundError: There is no such appointment, or it is another institution's.
        NotAllowedError: It is a colleague's.
        InvalidTransitionError: The state does not allow it.
    """
    with ports.database.writing() as unit:
        appointment = own_appointment(unit, ports, actor, appointment_id)
        if start <= ports.clock.now():
            raise InvalidInputError("Diese Zeit ist schon vorbei.", field="start")
        if start == appointment.start:
            raise InvalidInputError("Das ist die bisherige Zeit.", field="start")
        to = Interval(start, start + appointment.end - appointment.start)
        act = Act.RESCHEDULE if appointment.state in AGREED else Act.PROPOSE
        return carry_out(unit, ports, actor, appointment, act, How(to=to))


def undo(ports: Ports, actor: Actor, appointment_id: str) -> Appointment:
    """Take back an answer or a deletion from a calendar app.

    Raises:
        InvalidTransitionError: The client has been told, or there is nothing to take back.
        SlotTakenError: The old time has been taken since.
        NotFoundError: There is no such appointment, or it is another institution's.
        NotAllowedError: It is a colleague's.
    """
    with ports.database.writing() as unit:
        appointment = own_appointment(unit, ports, actor, appointment_id)
        return undo_in(unit, ports, actor, appointment)


def settle_parked(ports: Ports, actor: Actor, *, restore: bool) -> list[Appointment]:
    """Restore all parked deletions of the actor, or let them be what they say, now."""
    with ports.database.writing() as unit:
        unit.people.lock_counsellor(actor.login)
        settle = undo_in if restore else carry_out_deletion
        return [
            settle(unit, ports, actor, found)
            for found in unit.appointments.deletions(actor.login)
            if found.deletion is Deletion.PARKED
        ]


def record_attendance(
    ports: Ports, actor: Actor, appointment_id: str, *, took_place: bool
) -> Appointment:
    """Note whether the client came; raises as ``confirm``."""
    act = Act.RECORD_ATTENDANCE if took_place else Act.RECORD_ABSENCE
    return _answer(ports, actor, appointment_id, act, AT_ONCE)


def set_legal_hold(ports: Ports, actor: Actor, appointment_id: str, *, on: bool) -> Appointment:
    """Keep an appointment from being erased, or let it be erased again.

    Raises:
        NotFoundError: There is no such appointment, or it is another institution's.
        NotAllowedError: It is a colleague's, and the actor no administrator.
    """
    with ports.database.writing() as unit:
        found = _locked(unit, appointment_id)
        facts = _facts(ports, actor, found)
        if not (facts.is_administrator or may_answer(facts, counsellor=found.counsellor)):
            raise NotAllowedError("Das entscheidet die Beratungsperson oder die Verwaltung.")
        held = unit.appointments.update(replace(found, legal_hold=on))
        act = "set legal hold" if on else "end legal hold"
        note(unit, ports, actor, appointment=held, act=act)
        return held


def own_appointment(unit: Unit, ports: Ports, actor: Actor, appointment_id: str) -> Appointment:
    """Return an appointment that the actor may answer, with its counsellor locked.

    Raises:
        NotFoundError: There is no such appointment, or it is another institution's.
        NotAllowedError: It is a colleague's.
    """
    found = _locked(unit, appointment_id)
    if not may_answer(_facts(ports, actor, found), counsellor=found.counsellor):
        raise NotAllowedError("Auf diese Anfrage antwortet, an wen sie gerichtet ist.")
    return found


def _answer(ports: Ports, actor: Actor, appointment_id: str, act: Act, how: How) -> Appointment:
    with ports.database.writing() as unit:
        appointment = own_appointment(unit, ports, actor, appointment_id)
        return carry_out(unit, ports, actor, appointment, act, how)


def _locked(unit: Unit, appointment_id: str) -> Appointment:
    found = unit.appointments.get(appointment_id)
    if found is not None:
        unit.people.lock_counsellor(found.counsellor)
        found = unit.appointments.get(appointment_id)
    if found is None:
        raise NotFoundError("Diesen Termin gibt es nicht.")
    return found


def _facts(ports: Ports, actor: Actor, appointment: Appointment) -> RoleFacts:
    institution = ports.config.current().institutions.get(appointment.institution)
    facts = role_facts(institution, actor.login) if institution else None
    if facts is None:
        raise NotFoundError("Diesen Termin gibt es nicht.")
    return facts


def _checked(text: str) -> str:
    if len(text) > LONGEST_ANSWER:
        raise InvalidInputError("Der Text ist zu lang.", field="text")
    return text.strip()
