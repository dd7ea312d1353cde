"""The OpenAPI description of the JSON interface, built from small pieces."""

from __future__ import annotations

from functools import cache
from typing import Any

from assisto_caldav.domain.appointment import State
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.languages import GERMAN
from assisto_web.i18n import LANGUAGES

TIME = {"type": "string", "format": "date-time", "description": "RFC 3339 with offset"}
TEXT = {"type": "string"}
CHANNEL = {"type": "string", "enum": [channel.value for channel in Channel]}


@cache
def description() -> dict[str, Any]:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Assisto CalDAV",
            "version": "1",
            "description": "Free times and requests of counselling centres.",
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": "/api/v1"}],
        "paths": _paths(),
        "components": {"schemas": _schemas()},
    }


def _paths() -> dict[str, Any]:
    code = _parameter("code", "path", TEXT, "the access code")
    return {
        "/{institution}/services": {
            "get": _operation("services", "What can be booked", {"200": "Services"}),
        },
        "/{institution}/slots": {
            "get": _operation(
                "slots", "Free slots", {"200": "Slots", "422": "FieldErrors"}, *_slot_parameters()
            ),
        },
        "/{institution}/requests": {"post": _request_operation()},
        "/{institution}/appointments/{code}": {
            "get": _operation(
                "appointment", "One appointment", {"200": "Appointment", "429": "Error"}, code
            ),
        },
        "/{institution}/appointments/{code}/cancel": {
            "post": _operation(
                "cancel",
                "Withdraw the request or cancel the appointment",
                {"200": "Appointment", "409": "Error", "429": "Error"},
                code,
            ),
        },
    }


def _slot_parameters() -> tuple[dict[str, Any], ...]:
    day = {"type": "string", "format": "date"}
    return (
        _parameter("service", "query", TEXT, "id of a service"),
        _parameter("channel", "query", CHANNEL, "only this channel", required=False),
        _parameter("from", "query", day, "first day"),
        _parameter("to", "query", day, "last day, included"),
        _parameter("counsellor", "query", TEXT, "public id of a counsellor", required=False),
    )


def _request_operation() -> dict[str, Any]:
    operation = _operation(
        "requests",
        "Request an appointment",
        {
            "201": "Appointment",
            "400": "Error",
            "409": "Taken",
            "422": "FieldErrors",
            "429": "Error",
        },
    )
    operation["requestBody"] = {"required": True, "content": _json("Request")}
    return operation


def _operation(
    identity: str, summary: str, answers: dict[str, str], *parameters: dict[str, Any]
) -> dict[str, Any]:
    institution = _parameter("institution", "path", TEXT, "id of the institution")
    documented = {**answers, "404": "Error", "503": "Error"}
    return {
        "operationId": identity,
        "summary": summary,
        "parameters": [institution, *parameters],
        "responses": {
            status: {"description": schema, "content": _json(schema), **_headers(status)}
            for status, schema in documented.items()
        },
    }


def _headers(status: str) -> dict[str, Any]:
    if status not in ("429", "503"):
        return {}
    words = "Seconds after which trying again is worth it"
    return {"headers": {"Retry-After": {"description": words, "schema": {"type": "integer"}}}}


def _parameter(
    name: str, place: str, schema: dict[str, Any], text: str, *, required: bool = True
) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema, "description": text}


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _object(required: dict[str, Any], **optional: object) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
    }


def _list(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def _schemas() -> dict[str, Any]:
    slot = {"$ref": "#/components/schemas/Slot"}
    service = _object(
        {
            "id": TEXT,
            "name": TEXT,
            "duration_minutes": {"type": "integer"},
            "channels": _list(CHANNEL),
        }
    )
    links = _object({"self": TEXT, "cancel": TEXT, "page": TEXT})
    state = {"type": "string", "enum": [entry.value for entry in State]}
    return {
        "Services": _object({"services": _list(service)}),
        "Slot": _object(
            {"start": TIME, "end": TIME, "service": TEXT, "channels": _list(CHANNEL)},
            counsellor=TEXT,
        ),
        "Slots": _object({"slots": _list(slot)}),
        "Request": _object(
            {"service": TEXT, "channel": CHANNEL, "start": TIME},
            **dict.fromkeys(("counsellor", "text", "name", "email", "phone"), TEXT),
            locale={"type": "string", "enum": list(LANGUAGES), "default": GERMAN},
        ),
        "Appointment": _object(
            {
                "code": TEXT,
                "state": state,
                "start": TIME,
                "end": TIME,
                "service": TEXT,
                "channel": CHANNEL,
                "links": links,
            },
            counsellor=TEXT,
        ),
        "Taken": _object({"error": TEXT, "alternatives": _list(slot)}),
        "FieldErrors": _object(
            {"error": TEXT, "fields": {"type": "object", "additionalProperties": TEXT}}
        ),
        "Error": _object({"error": TEXT}),
    }
