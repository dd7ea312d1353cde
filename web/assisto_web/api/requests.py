"""Holds and requests over the JSON interface."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import ClientDetails, ContactWishes
from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import NotFoundError, SlotTakenError
from assisto_caldav.usecases.find_slots import next_slots
from assisto_caldav.usecases.request import (
    RequestForm,
    extend_hold,
    find_hold,
    look_up_details,
    place_hold,
    release_hold,
    request_appointment,
)
from assisto_web.api.fields import LONGEST_SECRET, Fields, body, optional_body, query, secret
from assisto_web.api.problems import TAKEN, Problem
from assisto_web.api.shapes import appointment_json, hold_json, own_address, slots_json
from assisto_web.ports_access import institution_here, ports_here
from assisto_web.security import network

ALTERNATIVES = 3
SLOT = ("service", "channel", "start", "counsellor")
DETAILS = ("name", "email", "phone", "text", "call_times")
WISHES = ("no_mail", "no_call", "no_voicemail")


def _visitor(token: str) -> str:
    """Return whose hold it is; never the value of a browser's cookie."""
    return f"api|{ports_here().tokens.digest(f'hold|{token}')}" if token else ""


def place(institution_id: str) -> ResponseReturnValue:
    """Hold a time while somebody fills in a form; who names an earlier token gives that time up."""
    institution = institution_here(institution_id)
    fields = body(*SLOT, "token")
    form = _slot(institution, fields)
    token = _token(fields) or ports_here().tokens.secret()
    fields.finish()
    try:
        held = place_hold(
            ports_here(),
            institution=institution.id,
            service=form.service,
            channel=form.channel,
            start=form.start,
            counsellor=form.counsellor,
            visitor=_visitor(token),
            network=network(),
        )
    except SlotTakenError:
        raise _taken(institution, form) from None
    return jsonify({**hold_json(institution, held), "token": token}), 201


def extend(institution_id: str, hold: str) -> ResponseReturnValue:
    """Hold a time longer, but not for ever."""
    institution = institution_here(institution_id)
    fields = optional_body("token")
    token = secret("token", fields)
    fields.finish()
    _own(institution, hold, token)
    held = extend_hold(ports_here(), hold, visitor=_visitor(token))
    return jsonify(hold_json(institution, held))


def release(institution_id: str, hold: str) -> ResponseReturnValue:
    """Give a time back."""
    institution = institution_here(institution_id)
    query().finish()
    token = secret("token")
    _own(institution, hold, token)
    release_hold(ports_here(), hold, visitor=_visitor(token))
    return Response(status=204)


def _own(institution: Institution, hold: str, token: str) -> None:
    held = find_hold(ports_here(), hold, visitor=_visitor(token))
    if held.institution != institution.id:
        raise NotFoundError("The hold is another centre's.")


def make_request(institution_id: str) -> ResponseReturnValue:
    """Request an appointment; sent twice with the same hold, it is one request."""
    institution = institution_here(institution_id)
    form = _request_form(institution)
    try:
        made, code = request_appointment(ports_here(), form, via="api")
    except SlotTakenError:
        raise _taken(institution, form) from None
    shown = appointment_json(institution, made, look_up_details(ports_here(), made.id))
    page = own_address(f"/{institution.id}/a/")
    return jsonify({**shown, "code": code, "links": {"page": page}}), 201


def _taken(institution: Institution, form: RequestForm) -> Problem:
    """Return the problem with the next free times."""
    alternatives = next_slots(
        ports_here(),
        institution.id,
        service=form.service,
        channel=form.channel,
        counsellor=form.counsellor,
        count=ALTERNATIVES,
    )
    return Problem(TAKEN, alternatives=slots_json(institution, alternatives))


def _slot(institution: Institution, fields: Fields) -> RequestForm:
    """Return the wish for a time; what stands in for a wrong field is never used."""
    service = fields.service(institution)
    channel = fields.channel(institution, service)
    counsellor = fields.counsellor(institution, service)
    start = fields.instant("start")
    return RequestForm(
        institution=institution.id,
        service=service.id if service else "",
        channel=channel or Channel.ON_SITE,
        start=start or 0,
        counsellor=counsellor,
        details=ClientDetails(),
        network=network(),
    )


def _request_form(institution: Institution) -> RequestForm:
    fields = body(*SLOT, *DETAILS, "contact", "wants_ics", "locale", "hold", "token")
    form = _slot(institution, fields)
    token = _token(fields)
    form = replace(
        form,
        details=ClientDetails(**{name: fields.text(name) for name in DETAILS}),
        contact=_wishes(fields),
        wants_ics=fields.flag("wants_ics"),
        locale=fields.locale(),
        hold=fields.text("hold"),
        visitor=_visitor(token),
    )
    fields.finish()
    return form


def _wishes(fields: Fields) -> ContactWishes:
    contact = fields.table("contact", WISHES)
    wishes: dict[str, Any] = {name: contact.flag(name) for name in WISHES}
    return ContactWishes(**wishes)


def _token(fields: Fields) -> str:
    """Return the token that a hold was answered with, "" without one."""
    token = fields.text("token")
    if len(token) > LONGEST_SECRET:
        fields.wrong |= {"token": "is none of ours"}
    return token
