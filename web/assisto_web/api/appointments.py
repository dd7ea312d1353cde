"""One appointment over the JSON interface, by its access code, which stands in no address."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.appointment import Appointment
from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import SlotTakenError
from assisto_caldav.usecases.client_acts import (
    accept_by_client,
    cancel_by_client,
    look_up_details,
    refuse_by_client,
)
from assisto_caldav.usecases.move import move_by_client, times_to_move_to
from assisto_web.access_codes import guess_code
from assisto_web.api.fields import Fields, body, optional_body, query, secret
from assisto_web.api.problems import TAKEN, Problem
from assisto_web.api.shapes import appointment_json, slots_json
from assisto_web.ports_access import institution_here, ports_here
from assisto_web.public.appointment import calendar_file


def _answer(institution: Institution, made: Appointment) -> ResponseReturnValue:
    details = look_up_details(ports_here(), made.id)
    return jsonify(appointment_json(institution, made, details))


def _now(institution: Institution, code: str) -> ResponseReturnValue:
    """Return what the client knows now."""
    return _answer(institution, guess_code(institution.id, code))


def show(institution_id: str) -> ResponseReturnValue:
    """Show an appointment; what is new counts as seen."""
    institution = institution_here(institution_id)
    query().finish()
    return _answer(institution, guess_code(institution.id, secret("code"), seen=True))


def ics(institution_id: str) -> ResponseReturnValue:
    """Give the time as a calendar file that betrays nothing."""
    institution = institution_here(institution_id)
    query().finish()
    return calendar_file(institution, guess_code(institution.id, secret("code")))


def times(institution_id: str) -> ResponseReturnValue:
    """List the next free times to which the appointment can be moved."""
    institution = institution_here(institution_id)
    fields = query("after")
    after = fields.instant("after") if fields.given("after") is not None else None
    fields.finish()
    found = guess_code(institution.id, secret("code"))
    slots = times_to_move_to(ports_here(), found, after=after)
    return jsonify({"slots": slots_json(institution, slots)})


def cancel(institution_id: str) -> ResponseReturnValue:
    """Withdraw a request or cancel an appointment."""
    institution = institution_here(institution_id)
    fields = optional_body("code")
    code = _code(institution, fields)
    fields.finish()
    cancel_by_client(ports_here(), institution=institution.id, code=code, via="api")
    return _now(institution, code)


def accept(institution_id: str) -> ResponseReturnValue:
    """Accept an offered or proposed time: the one that the client was shown."""
    institution = institution_here(institution_id)
    code, start = _code_and_start(institution)
    accept_by_client(ports_here(), institution=institution.id, code=code, via="api", start=start)
    return _now(institution, code)


def refuse(institution_id: str) -> ResponseReturnValue:
    """Refuse an offered or proposed time: the one that the client was shown."""
    institution = institution_here(institution_id)
    code, start = _code_and_start(institution)
    refuse_by_client(ports_here(), institution=institution.id, code=code, via="api", start=start)
    return _now(institution, code)


def move(institution_id: str) -> ResponseReturnValue:
    """Ask for another time instead of the one that the client was shown."""
    institution = institution_here(institution_id)
    fields = body("code", "shown", "start")
    shown, start = fields.instant("shown"), fields.instant("start")
    code = _code(institution, fields)
    fields.finish()
    try:
        move_by_client(
            ports_here(), institution=institution.id, code=code, shown=shown or 0, start=start or 0
        )
    except SlotTakenError:
        slots = times_to_move_to(ports_here(), guess_code(institution.id, code))
        raise Problem(TAKEN, alternatives=slots_json(institution, slots)) from None
    return _now(institution, code)


def _code(institution: Institution, fields: Fields) -> str:
    """Return a code that is right; a wrong one is counted before anything else is told."""
    code = secret("code", fields)
    guess_code(institution.id, code)
    return code


def _code_and_start(institution: Institution) -> tuple[str, int]:
    fields = body("code", "start")
    start = fields.instant("start")
    code = _code(institution, fields)
    fields.finish()
    return code, start or 0
