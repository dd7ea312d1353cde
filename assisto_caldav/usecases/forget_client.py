"""What a client told us is erased at their word, at once; a legal hold alone keeps it."""

from __future__ import annotations

from assisto_caldav.domain.appointment import AGREED, HOLDS_ITS_TIME
from assisto_caldav.errors import NotAllowedError
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.actors import CLIENT, Actor
from assisto_caldav.usecases.client_acts import find_for_client, lock_for_client
from assisto_caldav.usecases.inbox import take_away
from assisto_caldav.usecases.notify import owe_counsellor
from assisto_caldav.usecases.scheduling import note

FORGET = "forget"


def forget_appointment(
    ports: Ports,
    *,
    institution: str,
    code: str | None = None,
    appointment_id: str | None = None,
    via: str = "web",
) -> None:
    """Erase the appointment of an access code or an id, with texts, mails and calendar object.

    What is to come is cancelled by it: the time is free and the counsellor told.

    Raises:
        NotFoundError: There is no such appointment in this institution.
        NotAllowedError: A legal hold keeps it. Nothing was changed.
    """
    with ports.database.writing() as unit:
        found = find_for_client(unit, ports, institution, code=code, appointment_id=appointment_id)
        appointment = lock_for_client(unit, found.id)
        if appointment.legal_hold:
            raise NotAllowedError("Dieser Termin muss aufbewahrt werden.")
        take_away(unit, ports, appointment)
        unit.appointments.erase(appointment.id)
        if appointment.state in HOLDS_ITS_TIME and appointment.end > ports.clock.now():
            kind = "cancelled_by_client" if appointment.state in AGREED else "withdrawn"
            # After the erasure, which drops every mail about it; it holds nothing of the client.
            owe_counsellor(unit, ports, kind=kind, appointment=appointment)
        note(unit, ports, Actor(CLIENT, via), appointment=appointment, act=FORGET)
