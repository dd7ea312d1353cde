"""What a client does with an appointment of theirs: look, withdraw, cancel, accept, refuse.

They are known by the access code, or by the appointment's id when a signed
link or an account has vouched for them already.
"""

from __future__ import annotations

from collections.abc import Mapping

from assisto_caldav.domain.appointment import Act, Appointment, State, as_told
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.errors import ConflictError, InvalidTransitionError, NotFoundError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.scheduling import carry_out, client_has_seen

_UNKNOWN = "Zu diesem Zugangscode gibt es hier keinen Termin."
_MOVED = "Der Termin hat inzwischen eine andere Uhrzeit. Bitte sehen Sie noch einmal nach."
_CANCEL: Mapping[State, Act] = {
    State.REQUESTED: Act.WITHDRAW,
    State.PROPOSED: Act.WITHDRAW,
    State.OFFERED: Act.REFUSE,
    State.CONFIRMED: Act.CANCEL_BY_CLIENT,
    State.RESCHEDULED: Act.CANCEL_BY_CLIENT,
}
_REFUSE: Mapping[State, Act] = {
    State.PROPOSED: Act.REFUSE,
    State.OFFERED: Act.REFUSE,
    State.RESCHEDULED: Act.CANCEL_BY_CLIENT,
}
_ACCEPT: Mapping[State, Act] = {
    State.PROPOSED: Act.ACCEPT,
    State.OFFERED: Act.ACCEPT,
    State.RESCHEDULED: Act.ACCEPT,
}


def look_up(ports: Ports, *, institution: str, code: str, seen: bool = False) -> Appointment:
    """Return the appointment of an access code as the client knows it.

    An answer that the counsellor can still undo is not told yet. With
    ``seen`` it is noted that the client has looked.

    Raises:
        NotFoundError: There is none in this institution.
    """
    with ports.database.reading() as unit:
        appointment = find_for_client(unit, ports, institution, code=code, appointment_id=None)
    if seen:
        appointment = mark_seen(ports, appointment.id)
    return as_told(appointment, now=ports.clock.now())


def mark_seen(ports: Ports, appointment_id: str) -> Appointment:
    """Note that the client has looked; "Noch nicht gelesen" goes from the calendar.

    Raises:
        NotFoundError: There is no such appointment.
    """
    with ports.database.writing() as unit:
        return client_has_seen(unit, ports, lock_for_client(unit, appointment_id))


def look_up_details(ports: Ports, appointment_id: str) -> ClientDetails:
    """Return what the client told us and was answered; for whoever may see it.

    Raises:
        NotFoundError: There is no such appointment.
    """
    with ports.database.reading() as unit:
        return unit.appointments.details(appointment_id)


def cancel_by_client(
    ports: Ports,
    *,
    institution: str,
    code: str | None = None,
    appointment_id: str | None = None,
    via: str,
) -> Appointment:
    """Withdraw a request, or cancel what is agreed, until the start.

    Raises:
        NotFoundError: There is no such appointment in this institution.
        InvalidTransitionError: It has ended, or it is too late.
    """
    with ports.database.writing() as unit:
        found = find_for_client(unit, ports, institution, code=code, appointment_id=appointment_id)
        appointment = lock_for_client(unit, found.id)
        act = _act(ports, appointment, _CANCEL, word="cancel")
        told = as_told(appointment, now=ports.clock.now())
        limits = ports.config.current().institutions[institution].limits
        notice = limits.cancel_until_hours_before * 3600
        if act is Act.CANCEL_BY_CLIENT and told.start - notice <= ports.clock.now():
            raise InvalidTransitionError("about to begin", act.value)
        return carry_out(unit, ports, Actor("", via), appointment, act)


def accept_by_client(
    ports: Ports,
    *,
    institution: str,
    code: str | None = None,
    appointment_id: str | None = None,
    via: str,
    start: int | None = None,
) -> Appointment:
    """Accept a proposed or new time; ``start`` is the time that the client was shown.

    Raises:
        NotFoundError: There is no such appointment in this institution.
        InvalidTransitionError: Nothing waits for the client, or it is too late.
        ConflictError: It has been moved again meanwhile.
    """
    with ports.database.writing() as unit:
        found = find_for_client(unit, ports, institution, code=code, appointment_id=appointment_id)
        appointment = lock_for_client(unit, found.id)
        act = _act(ports, appointment, _ACCEPT, word="accept", start=start)
        return carry_out(unit, ports, Actor("", via), appointment, act)


def refuse_by_client(
    ports: Ports,
    *,
    institution: str,
    code: str | None = None,
    appointment_id: str | None = None,
    via: str,
    start: int | None = None,
) -> Appointment:
    """Refuse a proposed or new time; who refuses a rescheduled appointment cancels it.

    Raises:
        NotFoundError: There is no such appointment in this institution.
        InvalidTransitionError: Nothing waits for the client, or it is too late.
        ConflictError: It has been moved again meanwhile.
    """
    with ports.database.writing() as unit:
        found = find_for_client(unit, ports, institution, code=code, appointment_id=appointment_id)
        appointment = lock_for_client(unit, found.id)
        act = _act(ports, appointment, _REFUSE, word="refuse", start=start)
        return carry_out(unit, ports, Actor("", via), appointment, act)


def _act(
    ports: Ports,
    appointment: Appointment,
    acts: Mapping[State, Act],
    *,
    word: str,
    start: int | None = None,
) -> Act:
    """Return what the client's wish means for what they know of the appointment."""
    now = ports.clock.now()
    told = as_told(appointment, now=now)
    act = acts.get(told.state)
    if act is None:
        raise InvalidTransitionError(told.state.value, word)
    if start is not None and start != told.start:
        raise ConflictError(_MOVED)
    if told.start <= now:
        raise InvalidTransitionError("over", act.value)
    return act


def find_for_client(
    unit: Unit, ports: Ports, institution: str, *, code: str | None, appointment_id: str | None
) -> Appointment:
    """Return the appointment of a code or an id.

    Raises:
        NotFoundError: There is none in this institution.
    """
    found = None
    if code:
        found = unit.appointments.by_code(ports.tokens.digest(code))
    elif appointment_id:
        found = unit.appointments.get(appointment_id)
    if found is None or found.institution != institution:
        raise NotFoundError(_UNKNOWN)
    return found


def lock_for_client(unit: Unit, appointment_id: str) -> Appointment:
    """Keep other writers off and read anew: the first answer wins."""
    found = unit.appointments.get(appointment_id)
    if found is not None:
        unit.people.lock_counsellor(found.counsellor)
        found = unit.appointments.get(appointment_id)
    if found is None:
        raise NotFoundError(_UNKNOWN)
    return found
