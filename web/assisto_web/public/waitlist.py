"""Earlier, when something gets free: join, leave, take or refuse what is offered."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.appointment import Appointment
from assisto_caldav.errors import (
    ConflictError,
    InvalidInputError,
    InvalidTransitionError,
    SlotTakenError,
)
from assisto_caldav.usecases.waitlist import (
    accept_earlier,
    join_waitlist,
    leave_waitlist,
    look_up_waiting,
    may_wait,
    refuse_earlier,
)
from assisto_web.access_codes import guess_code, remembered_code
from assisto_web.ports_access import institution_or_404, ports_here


def waiting_facts(appointment: Appointment) -> dict[str, object]:
    """Return what the page of an appointment says about waiting; nothing where it cannot be."""
    if not may_wait(ports_here(), appointment):
        return {}
    return {"may_wait": True, "waiting": look_up_waiting(ports_here(), appointment.id)}


def act(institution_id: str) -> ResponseReturnValue:
    """Do what the pressed button says; then show what holds now."""
    institution = institution_or_404(institution_id)
    code = remembered_code(institution)
    if not code:
        return redirect(url_for("public.enter_code", institution_id=institution.id))
    guess_code(institution.id, code)
    changed = None
    try:
        _act(institution.id, code, request.form.get("act", ""))
    except (SlotTakenError, ConflictError, InvalidTransitionError, InvalidInputError):
        changed = "1"
    return redirect(url_for("public.appointment", institution_id=institution.id, changed=changed))


def _act(institution: str, code: str, wanted: str) -> None:
    if wanted == "join":
        join_waitlist(ports_here(), institution=institution, code=code)
    elif wanted == "leave":
        leave_waitlist(ports_here(), institution=institution, code=code)
    elif wanted == "refuse":
        refuse_earlier(ports_here(), institution=institution, code=code, start=_sent("start"))
    elif wanted == "accept":
        accept_earlier(
            ports_here(),
            institution=institution,
            code=code,
            shown=_sent("shown"),
            start=_sent("start"),
        )
    else:
        abort(400)


def _sent(name: str) -> int:
    value = request.form.get(name, type=int)
    if value is None:
        abort(400)
    return value
