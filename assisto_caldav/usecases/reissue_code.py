"""A lost access code: the counsellor gives a new one in person, and the old one is dead."""

from __future__ import annotations

from assisto_caldav.ports import Ports
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import own_appointment
from assisto_caldav.usecases.scheduling import note

REISSUE = "reissue code"


def reissue_code(ports: Ports, actor: Actor, appointment_id: str) -> str:
    """Return a new access code, told here once; we keep its digest.

    Raises:
        NotFoundError: There is no such appointment, or it is another institution's.
        NotAllowedError: It is a colleague's.
    """
    code = ports.tokens.access_code()
    with ports.database.writing() as unit:
        appointment = own_appointment(unit, ports, actor, appointment_id)
        unit.appointments.set_code(appointment.id, code_digest=ports.tokens.digest(code))
        note(unit, ports, actor, appointment=appointment, act=REISSUE)
    return code
