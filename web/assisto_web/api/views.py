"""The JSON interface, version 1: its addresses, and what anybody may read."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from assisto_caldav.domain.institution import Institution
from assisto_caldav.errors import AssistoError, InvalidInputError, LimitReachedError, NotFoundError
from assisto_caldav.usecases.find_slots import SlotWish
from assisto_web.api import appointments, cors, requests
from assisto_web.api.fields import query
from assisto_web.api.openapi import description
from assisto_web.api.problems import (
    HELD_LONG_ENOUGH,
    FieldError,
    Problem,
    kind_of,
    respond,
    show_kind,
)
from assisto_web.api.shapes import counsellor_json, institution_json, service_json
from assisto_web.api.slot_text import SlotLine, slot_lines, slots_text
from assisto_web.i18n import channel_word, in_language
from assisto_web.ports_access import institution_here, ports_here
from assisto_web.slot_cache import SlotCache

LONGEST_DAYS = 92
_CACHE = "assisto_slots"
GET, POST, DELETE = ["GET"], ["POST"], ["DELETE"]


def make_api() -> Blueprint:
    """Return the interface's room."""
    room = Blueprint("api", __name__, url_prefix="/api")
    room.add_url_rule("/openapi.json", "openapi", lambda: jsonify(description()))
    centre = "/<institution_id>"
    # Messages and accounts get their addresses here and in openapi.py, below /appointment and
    # /account, as soon as they are meant for other sites; see docs/api.md.
    rules = (
        ("/institutions", "institutions", institutions, GET),
        ("/problems/<name>", "problem", show_kind, GET),
        (centre, "institution", institution, GET),
        (f"{centre}/services", "services", services, GET),
        (f"{centre}/channels", "channels", channels, GET),
        (f"{centre}/counsellors", "counsellors", counsellors, GET),
        (f"{centre}/slots", "slots", slots, GET),
        (f"{centre}/holds", "place_hold", requests.place, POST),
        (f"{centre}/holds/<hold>/extend", "extend_hold", requests.extend, POST),
        (f"{centre}/holds/<hold>", "release_hold", requests.release, DELETE),
        (f"{centre}/requests", "requests", requests.make_request, POST),
        (f"{centre}/appointment", "appointment", appointments.show, GET),
        (f"{centre}/appointment/ics", "appointment_ics", appointments.ics, GET),
        (f"{centre}/appointment/times", "appointment_times", appointments.times, GET),
        (f"{centre}/appointment/cancel", "cancel", appointments.cancel, POST),
        (f"{centre}/appointment/accept", "accept", appointments.accept, POST),
        (f"{centre}/appointment/refuse", "refuse", appointments.refuse, POST),
        (f"{centre}/appointment/move", "move", appointments.move, POST),
    )
    for address, endpoint, view, methods in rules:
        room.add_url_rule(f"/v1{address}", endpoint, view, methods=methods)
    room.register_error_handler(Problem, _on_problem)
    room.register_error_handler(AssistoError, _on_our_error)
    room.record(
        lambda state: state.app.extensions.update({_CACHE: SlotCache(slot_lines, slots_text)})
    )
    cors.install(room)
    return room


def _on_problem(problem: Problem) -> ResponseReturnValue:
    return respond(problem.kind, more=problem.more)


def _on_our_error(error: AssistoError) -> ResponseReturnValue:
    if isinstance(error, InvalidInputError):
        return _on_problem(FieldError({error.field or "body": error.what}))
    if isinstance(error, LimitReachedError):
        if error.retry_after is None:
            return respond(HELD_LONG_ENOUGH)
        return respond(kind_of(error), retry_after=error.retry_after)
    return respond(kind_of(error))


def institutions() -> ResponseReturnValue:
    """List the centres of this server."""
    query().finish()
    known = ports_here().config.current().institutions.values()
    return jsonify({"institutions": [institution_json(entry) for entry in known]})


def institution(institution_id: str) -> ResponseReturnValue:
    """Show one centre."""
    found = institution_here(institution_id)
    query().finish()
    return jsonify(institution_json(found))


def services(institution_id: str) -> ResponseReturnValue:
    """List what can be booked: public names and neutral ids."""
    found = institution_here(institution_id)
    fields = query("locale")
    language = found.language_for(fields.locale())
    fields.finish()
    offered = [service_json(found, service, language) for service in found.active_services]
    return jsonify({"services": offered})


def channels(institution_id: str) -> ResponseReturnValue:
    """List the ways to meet, with a word for each."""
    found = institution_here(institution_id)
    fields = query("locale")
    language = fields.locale()
    fields.finish()
    with in_language(language):
        named = [{"id": entry.value, "name": channel_word(entry)} for entry in found.channels]
    return jsonify({"channels": named})


def counsellors(institution_id: str) -> ResponseReturnValue:
    """List whom clients may choose; nobody where they may not."""
    found = institution_here(institution_id)
    query().finish()
    choosable = found.counsellors if found.choose_counsellor else ()
    return jsonify({"counsellors": [counsellor_json(found, entry) for entry in choosable]})


def slots(institution_id: str) -> ResponseReturnValue:
    """List free slots from one day to another, both included."""
    found = institution_here(institution_id)
    wish = _slot_wish(found)
    cache: SlotCache[list[SlotLine], bytes] = current_app.extensions[_CACHE]
    return Response(cache.read(ports_here(), wish), content_type="application/json")


def _slot_wish(found: Institution) -> SlotWish:
    fields = query("service", "channel", "counsellor", "from", "to")
    service = fields.service(found)
    channel = fields.channel(found, service) if request.args.get("channel") else None
    counsellor = fields.counsellor(found, service)
    first, last = fields.day("from"), fields.day("to")
    if first and last and not 0 <= (last - first).days <= LONGEST_DAYS:
        fields.wrong["to"] = f"must be from 0 to {LONGEST_DAYS} days after 'from'"
    fields.finish()
    if service is None or first is None or last is None:
        raise NotFoundError("finish() has raised.")
    return SlotWish(found.id, service.id, channel, first, last, counsellor)
