"""Another time for an appointment: the free ones, both times side by side, then the act."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.appointment import Appointment
from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import (
    ConflictError,
    InvalidInputError,
    InvalidTransitionError,
    NotFoundError,
    SlotTakenError,
)
from assisto_caldav.usecases.find_slots import FreeSlot
from assisto_caldav.usecases.move import (
    TIMES_ON_A_PAGE,
    may_move,
    move_by_client,
    times_to_move_to,
)
from assisto_web.access_codes import guess_code, remembered_code
from assisto_web.i18n import gettext as _
from assisto_web.ports_access import institution_or_404, ports_here


def choose(institution_id: str) -> ResponseReturnValue:
    """Show the next free times to move to, a page of them; one of them asks first."""
    institution = institution_or_404(institution_id)
    appointment = _known(institution)
    if appointment is None:
        return redirect(url_for("public.enter_code", institution_id=institution.id))
    if not may_move(ports_here(), appointment):
        return _to_appointment(institution)
    wanted = request.args.get("start", type=int)
    if wanted is None:
        return _list(institution, appointment)
    slot = next((one for one in _times(appointment, wanted) if one.start == wanted), None)
    if slot is None:
        return _list(institution, appointment, error=_taken()), 409
    return render_template(
        "public/move_confirm.html", institution=institution, appointment=appointment, slot=slot
    )


def act(institution_id: str) -> ResponseReturnValue:
    """Move to the chosen time; when it is taken, the old one stays and others are shown."""
    institution = institution_or_404(institution_id)
    code = remembered_code(institution)
    if not code:
        return redirect(url_for("public.enter_code", institution_id=institution.id))
    start, shown = (request.form.get(name, type=int) for name in ("start", "shown"))
    if start is None or shown is None:
        abort(400)
    try:
        move_by_client(
            ports_here(), institution=institution.id, code=code, shown=shown, start=start
        )
    except (SlotTakenError, InvalidInputError):
        appointment = guess_code(institution.id, code)
        return _list(institution, appointment, error=_taken()), 409
    except (InvalidTransitionError, ConflictError):
        return _to_appointment(institution, changed="1")
    return _to_appointment(institution)


def _known(institution: Institution) -> Appointment | None:
    code = remembered_code(institution)
    try:
        return guess_code(institution.id, code) if code else None
    except NotFoundError:
        return None


def _to_appointment(institution: Institution, *, changed: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("public.appointment", institution_id=institution.id, changed=changed))


def _times(appointment: Appointment, after: int | None) -> list[FreeSlot]:
    """Return free times; none when the service is offered no more."""
    try:
        return times_to_move_to(ports_here(), appointment, after=after)
    except InvalidInputError:
        return []


def _list(institution: Institution, appointment: Appointment, *, error: str = "") -> str:
    after = None if error else request.args.get("after", type=int)
    times = _times(appointment, after)
    return render_template(
        "public/move.html",
        institution=institution,
        appointment=appointment,
        times=times,
        is_later=after is not None,
        following=times[-1].start + 1 if len(times) == TIMES_ON_A_PAGE else None,
        errors={"times": error} if error else {},
    )


def _taken() -> str:
    return _("Diese Uhrzeit ist gerade vergeben worden. Ihr Termin bleibt, wie er ist.")
