"""What client and counsellor write to each other about an appointment.

Texts are sealed, go with the appointment, and stand in no mail.
"""

from __future__ import annotations

from assisto_caldav.domain.appointment import Appointment, as_told
from assisto_caldav.domain.client_words import clean_message
from assisto_caldav.domain.message import Message
from assisto_caldav.errors import NotAllowedError
from assisto_caldav.ports import Ports, Unit
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import own_appointment
from assisto_caldav.usecases.appointments import open_appointment
from assisto_caldav.usecases.client_acts import find_for_client, lock_for_client
from assisto_caldav.usecases.notify import owe_client, owe_counsellor
from assisto_caldav.usecases.quotas import count, insist, message_quotas


def write_as_client(
    ports: Ports,
    *,
    institution: str,
    text: str,
    code: str | None = None,
    appointment_id: str | None = None,
) -> Message:
    """Store a client's message; the counsellor is told by mail, once until they have looked.

    Raises:
        NotFoundError: There is no such appointment in this institution.
        InvalidInputError: The text is empty or too long; ``field`` is "message".
        LimitReachedError: Too many in a short time.
    """
    cleaned = clean_message(text)
    with ports.database.writing() as unit:
        found = find_for_client(unit, ports, institution, code=code, appointment_id=appointment_id)
        appointment = lock_for_client(unit, found.id)
        quotas = message_quotas(ports, appointment.id)
        insist(unit, quotas, now=ports.clock.now())
        is_told = _has_unseen(unit, appointment.id, from_client=True)
        message = _add(unit, ports, appointment, cleaned, from_client=True)
        if not is_told:
            owe_counsellor(unit, ports, kind="message", appointment=appointment)
        count(unit, quotas, now=ports.clock.now())
        return message


def write_as_staff(ports: Ports, actor: Actor, appointment_id: str, *, text: str) -> Message:
    """Store the counsellor's message; the client reads it on their page.

    A mail tells them so, once until they have looked, if they want mails.

    Raises:
        NotFoundError: There is no such appointment, or it is another institution's.
        NotAllowedError: It is a colleague's.
        InvalidInputError: The text is empty or too long; ``field`` is "message".
    """
    cleaned = clean_message(text)
    with ports.database.writing() as unit:
        appointment = own_appointment(unit, ports, actor, appointment_id)
        is_told = _has_unseen(unit, appointment.id, from_client=False)
        message = _add(unit, ports, appointment, cleaned, from_client=False)
        if not is_told:
            # The mail shows the time that the client knows, not one that can be undone yet.
            told = as_told(appointment, now=ports.clock.now())
            owe_client(unit, ports, kind="message", appointment=told)
        return message


def thread_for_client(ports: Ports, appointment_id: str) -> list[Message]:
    """Return the messages; what was new is seen now, but shown here as new still."""
    with ports.database.reading() as unit:
        found = unit.messages.of_appointment(appointment_id)
    if any(not one.is_from_client and one.seen_at is None for one in found):
        with ports.database.writing() as unit:
            unit.messages.mark_seen(appointment_id, from_client=False, now=ports.clock.now())
    return found


def thread_for_staff(ports: Ports, actor: Actor, appointment_id: str) -> list[Message]:
    """Return the messages for whom may read them; only their counsellor's look counts as seen.

    Raises:
        NotFoundError: There is no such appointment, or it is another institution's.
        NotAllowedError: It is a colleague's, or the actor an administrator.
    """
    view = open_appointment(ports, actor, appointment_id)
    if not view.is_own:
        raise NotAllowedError("Nachrichten liest nur, an wen sie gerichtet sind.")
    with ports.database.reading() as unit:
        found = unit.messages.of_appointment(appointment_id)
    is_mine = view.appointment.counsellor == actor.login
    if is_mine and any(one.is_from_client and one.seen_at is None for one in found):
        with ports.database.writing() as unit:
            unit.messages.mark_seen(appointment_id, from_client=True, now=ports.clock.now())
    return found


def waiting_for_staff(ports: Ports, actor: Actor) -> list[tuple[Appointment, int]]:
    """Return the counsellor's appointments with messages not seen yet, and how many."""
    with ports.database.reading() as unit:
        counted = unit.messages.unseen_from_clients(actor.login)
        found = [(unit.appointments.get(name), number) for name, number in counted.items()]
    return [(one, number) for one, number in found if one is not None]


def _has_unseen(unit: Unit, appointment: str, *, from_client: bool) -> bool:
    return any(
        one.is_from_client is from_client and one.seen_at is None
        for one in unit.messages.of_appointment(appointment)
    )


def _add(
    unit: Unit, ports: Ports, appointment: Appointment, text: str, *, from_client: bool
) -> Message:
    message = Message(
        id=ports.tokens.new_id(),
        institution=appointment.institution,
        appointment=appointment.id,
        is_from_client=from_client,
        text=text,
        at=ports.clock.now(),
    )
    unit.messages.add(message)
    return message
