"""The JSON interface, version 1. Times are RFC 3339 with the centre's offset."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.http import HTTP_STATUS_CODES

from assisto_caldav.domain.appointment import Appointment
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.languages import GERMAN
from assisto_caldav.domain.localtime import parse_rfc3339, rfc3339, zone
from assisto_caldav.domain.service import Service
from assisto_caldav.errors import AssistoError, InvalidInputError, NotFoundError, SlotTakenError
from assisto_caldav.usecases.find_slots import FreeSlot, SlotWish, find_slots, next_slots
from assisto_caldav.usecases.request import (
    RequestForm,
    cancel_by_client,
    request_appointment,
)
from assisto_web.access_codes import guess_code
from assisto_web.api.openapi import description
from assisto_web.errors import retry_headers, status_of
from assisto_web.i18n import LANGUAGES
from assisto_web.ports_access import ports_here
from assisto_web.security import network

LONGEST_DAYS = 92
ALTERNATIVES = 3
TEXT_FIELDS = ("text", "name", "email", "phone")


class FieldError(Exception):
    """A request's fields are wrong; all of them are told."""

    def __init__(self, fields: dict[str, str]) -> None:
        """``fields`` says for each what is wrong and what would be right."""
        super().__init__(str(fields))
        self.fields = fields


def make_api() -> Blueprint:
    """Return the interface's room."""
    room = Blueprint("api", __name__, url_prefix="/api")
    room.add_url_rule("/openapi.json", "openapi", lambda: jsonify(description()))
    base = "/v1/<institution_id>"
    room.add_url_rule(f"{base}/services", "services", services)
    room.add_url_rule(f"{base}/slots", "slots", slots)
    room.add_url_rule(f"{base}/requests", "requests", make_request, methods=["POST"])
    room.add_url_rule(f"{base}/appointments/<code>", "appointment", appointment)
    room.add_url_rule(f"{base}/appointments/<code>/cancel", "cancel", cancel, methods=["POST"])
    room.register_error_handler(FieldError, on_field_error)
    room.register_error_handler(AssistoError, on_our_error)
    return room


def on_field_error(error: FieldError) -> ResponseReturnValue:
    """Answer 422 with the fields."""
    return jsonify({"error": "invalid fields", "fields": error.fields}), 422


def on_our_error(error: AssistoError) -> ResponseReturnValue:
    """Answer one of our errors by its status."""
    if isinstance(error, InvalidInputError):
        return on_field_error(FieldError({error.field or "body": error.what}))
    status = status_of(error)
    words = HTTP_STATUS_CODES[status].lower()
    return jsonify({"error": words}), status, retry_headers(error)


def _institution(institution_id: str) -> Institution:
    found = ports_here().config.current().institutions.get(institution_id)
    if found is None:
        raise NotFoundError(f"There is no institution {institution_id!r}.")
    return found


def services(institution_id: str) -> ResponseReturnValue:
    """List what can be booked: public names and neutral ids."""
    institution = _institution(institution_id)
    return jsonify(
        {
            "services": [
                {
                    "id": service.id,
                    "name": service.public_name,
                    "duration_minutes": service.duration_minutes,
                    "channels": [channel.value for channel in institution.channels_of(service)],
                }
                for service in institution.active_services
            ]
        }
    )


def _service(institution: Institution, given: object, fields: dict[str, str]) -> Service | None:
    service = institution.find_service(given) if isinstance(given, str) else None
    if service is None or service not in institution.active_services:
        known = ", ".join(entry.id for entry in institution.active_services)
        fields["service"] = f"must be one of: {known}"
        return None
    return service


def _channel(
    institution: Institution, service: Service | None, given: object, fields: dict[str, str]
) -> Channel | None:
    offered = institution.channels_of(service) if service else tuple(Channel)
    for channel in offered:
        if channel.value == given:
            return channel
    fields["channel"] = f"must be one of: {', '.join(channel.value for channel in offered)}"
    return None


def _counsellor(institution: Institution, given: object, fields: dict[str, str]) -> str | None:
    """Return a login for a public id; where clients may not choose, no id is known."""
    if given in (None, ""):
        return None
    entry = institution.find_counsellor(given) if isinstance(given, str) else None
    if entry is None or not institution.choose_counsellor:
        fields["counsellor"] = "is no counsellor of this institution that can be chosen"
        return None
    return entry.login


def _day(name: str, fields: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        fields[name] = "must be a date, YYYY-MM-DD"
        return None


def slots(institution_id: str) -> ResponseReturnValue:
    """List free slots from one day to another, both included."""
    institution = _institution(institution_id)
    fields: dict[str, str] = {}
    service = _service(institution, request.args.get("service"), fields)
    wanted = request.args.get("channel")
    channel = _channel(institution, service, wanted, fields) if wanted else None
    counsellor = _counsellor(institution, request.args.get("counsellor"), fields)
    first, last = _day("from", fields), _day("to", fields)
    if first and last and not 0 <= (last - first).days <= LONGEST_DAYS:
        fields["to"] = f"must be from 0 to {LONGEST_DAYS} days after 'from'"
    if fields or service is None or first is None or last is None:
        raise FieldError(fields)
    found = find_slots(
        ports_here(), SlotWish(institution.id, service.id, channel, first, last, counsellor)
    )
    return jsonify({"slots": _slots(institution, found)})


def _slots(institution: Institution, found: list[FreeSlot]) -> list[dict[str, Any]]:
    """Return slots as JSON; where clients may not choose, equal times are one."""
    shown: dict[tuple[Any, ...], dict[str, Any]] = {}
    place = zone(institution.zone)
    for slot in found:
        entry = institution.find_staff(slot.counsellor) if institution.choose_counsellor else None
        item = {
            "start": rfc3339(slot.start, place),
            "end": rfc3339(slot.end, place),
            "service": slot.service,
            "channels": [channel.value for channel in slot.channels],
        }
        if entry:
            item["counsellor"] = entry.public_id
        shown.setdefault((slot.start, slot.end, entry and entry.public_id), item)
    return list(shown.values())


def _body() -> dict[str, Any]:
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        # Nested deeper than Python reads.
        abort(400)
    if not isinstance(body, dict):
        raise FieldError({"body": "must be a JSON object, Content-Type: application/json"})
    return body


def make_request(institution_id: str) -> ResponseReturnValue:
    """Request an appointment."""
    institution = _institution(institution_id)
    form = _request_form(institution, _body())
    try:
        made, code = request_appointment(ports_here(), form, via="api")
    except SlotTakenError:
        alternatives = next_slots(
            ports_here(),
            institution.id,
            service=form.service,
            channel=form.channel,
            counsellor=form.counsellor,
            count=ALTERNATIVES,
        )
        answer = {"error": "taken", "alternatives": _slots(institution, alternatives)}
        return jsonify(answer), 409
    return jsonify(_shown(institution, made, code)), 201


def _request_form(institution: Institution, body: dict[str, Any]) -> RequestForm:
    fields: dict[str, str] = {}
    service = _service(institution, body.get("service"), fields)
    channel = _channel(institution, service, body.get("channel"), fields)
    counsellor = _counsellor(institution, body.get("counsellor"), fields)
    start = _instant(body.get("start"), fields)
    texts = {name: body.get(name) or "" for name in TEXT_FIELDS}
    fields |= {name: "must be text" for name in texts if not isinstance(texts[name], str)}
    locale = body.get("locale", GERMAN)
    if not isinstance(locale, str) or locale not in LANGUAGES:
        fields["locale"] = f"must be one of {', '.join(LANGUAGES)}"
    if fields or service is None or channel is None or start is None:
        raise FieldError(fields)
    return RequestForm(
        institution=institution.id,
        service=service.id,
        channel=channel,
        start=start,
        counsellor=counsellor,
        details=ClientDetails(**{name: text.strip() for name, text in texts.items()}),
        locale=locale,
        network=network(),
    )


def _instant(given: object, fields: dict[str, str]) -> int | None:
    try:
        if isinstance(given, str):
            return parse_rfc3339(given)
    except InvalidInputError:
        pass
    fields["start"] = "must be an RFC 3339 time with offset, such as 2026-12-08T14:30:00+01:00"
    return None


def _shown(institution: Institution, made: Appointment, code: str) -> dict[str, Any]:
    place = zone(institution.zone)
    base = ports_here().config.current().server.public_url.rstrip("/")
    shown: dict[str, Any] = {
        "code": code.upper(),
        "state": made.state.value,
        "start": rfc3339(made.start, place),
        "end": rfc3339(made.end, place),
        "service": made.service,
        "channel": made.channel.value,
        "links": {
            "self": f"{base}/api/v1/{institution.id}/appointments/{code}",
            "cancel": f"{base}/api/v1/{institution.id}/appointments/{code}/cancel",
            "page": f"{base}/{institution.id}/a/{code}",
        },
    }
    entry = institution.find_staff(made.counsellor) if institution.choose_counsellor else None
    if entry:
        shown["counsellor"] = entry.public_id
    return shown


def appointment(institution_id: str, code: str) -> ResponseReturnValue:
    """Show an appointment by its access code."""
    institution = _institution(institution_id)
    found = guess_code(institution.id, code, seen=True)
    return jsonify(_shown(institution, found, code))


def cancel(institution_id: str, code: str) -> ResponseReturnValue:
    """Withdraw a request or cancel an appointment."""
    institution = _institution(institution_id)
    guess_code(institution.id, code)
    changed = cancel_by_client(ports_here(), institution=institution.id, code=code, via="api")
    return jsonify(_shown(institution, changed, code))
