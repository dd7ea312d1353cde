"""The OpenAPI description of the JSON interface: every address, answer and example."""

from __future__ import annotations

from functools import cache
from typing import Any

from assisto_web.api import problems
from assisto_web.api.problems import KINDS, MEDIA_TYPE, Kind
from assisto_web.api.schemas import CHANNEL, DAY, LOCALE, TEXT, TIME, all_schemas, ref

JSON = "application/json"
Answer = dict[str, Any]
_ALWAYS = (problems.NOT_FOUND, problems.INVALID, problems.INTERNAL, problems.UNAVAILABLE)
_READS_BODY = (problems.MALFORMED, problems.FOREIGN_SITE, problems.TOO_LARGE, problems.MEDIA)
_BY_CODE = (problems.CODE_MISSING, problems.TOO_MANY)


@cache
def description() -> dict[str, Any]:
    """Return the whole description."""
    schemas = all_schemas()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Assisto CalDAV",
            "version": "1",
            "description": "Free times and requests of counselling centres."
            " Within a version, members are added, never changed or taken away.",
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": "/api/v1"}],
        "paths": {**_public(), **_booking(), **_appointment()},
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "code": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The access code of the appointment, or the token of the hold.",
                }
            },
        },
    }


def _public() -> dict[str, Any]:
    locale = _parameter("locale", "query", LOCALE, "language of the names", required=False)
    slots = (
        _parameter("service", "query", TEXT, "id of a service"),
        _parameter("channel", "query", CHANNEL, "only this channel", required=False),
        _parameter("from", "query", DAY, "first day"),
        _parameter("to", "query", DAY, "last day, included, at most 92 days later"),
        _parameter("counsellor", "query", TEXT, "id of a counsellor", required=False),
    )
    name = _parameter("name", "path", {**TEXT, "enum": list(KINDS)}, "last segment of a type URI")
    return {
        "/institutions": _path("get", "institutions", "All centres", _json("200", "Institutions")),
        "/problems/{name}": _path(
            "get", "problem", "What a type of problem means", _json("200", "Kind"), name
        ),
        "/{institution}": _of_centre(
            "get", "institution", "One centre", _json("200", "Institution")
        ),
        "/{institution}/services": _of_centre(
            "get", "services", "What can be booked", _json("200", "Services"), locale
        ),
        "/{institution}/channels": _of_centre(
            "get", "channels", "Ways to meet", _json("200", "Channels"), locale
        ),
        "/{institution}/counsellors": _of_centre(
            "get",
            "counsellors",
            "Whom clients may choose; nobody where they may not",
            _json("200", "Counsellors"),
        ),
        "/{institution}/slots": _of_centre(
            "get", "slots", "Free slots of a period", _json("200", "Slots"), *slots
        ),
    }


def _booking() -> dict[str, Any]:
    hold = _parameter("hold", "path", TEXT, "id of a hold")
    taken = (problems.TAKEN, problems.TOO_MANY)
    long_enough = (problems.TAKEN, problems.HELD_LONG_ENOUGH, problems.CODE_MISSING)
    gone = {"204": {"description": "The time is free again"}}
    return {
        "/{institution}/holds": _write(
            "place_hold",
            "Hold a time while somebody fills in a form",
            ("HoldWish", _json("201", "NewHold")),
            kinds=(*taken, problems.HELD_LONG_ENOUGH),
        ),
        "/{institution}/holds/{hold}/extend": _write(
            "extend_hold",
            "Hold it longer",
            ("Token", _json("200", "Hold")),
            hold,
            kinds=long_enough,
            optional=True,
        ),
        "/{institution}/holds/{hold}": _secured(
            _of_centre(
                "delete",
                "release_hold",
                "Give the time back",
                gone,
                hold,
                kinds=(problems.CODE_MISSING, problems.FOREIGN_SITE),
            )
        ),
        "/{institution}/requests": _write(
            "requests",
            "Request an appointment",
            ("Request", _json("201", "NewAppointment")),
            kinds=taken,
        ),
    }


def _appointment() -> dict[str, Any]:
    base = "/{institution}/appointment"
    after = _parameter("after", "query", TIME, "not before this", required=False)
    file = {"200": {"description": "iCalendar", "content": {"text/calendar": {"schema": TEXT}}}}
    changed = _json("200", "Appointment")
    acts = (problems.CONFLICT, *_BY_CODE)

    def reading(name: str, summary: str, answers: Answer, *more: Answer) -> dict[str, Any]:
        return _secured(_of_centre("get", name, summary, answers, *more, kinds=_BY_CODE))

    def acting(name: str, summary: str, sends: str, *more: Kind) -> dict[str, Any]:
        optional = sends == "Code"
        made = _write(name, summary, (sends, changed), kinds=(*acts, *more), optional=optional)
        return _secured(made)

    return {
        base: reading("appointment", "An appointment by its access code", changed),
        f"{base}/ics": reading("appointment_ics", "Its calendar file", file),
        f"{base}/times": reading(
            "appointment_times", "The next times it can be moved to", _json("200", "Slots"), after
        ),
        f"{base}/cancel": acting("cancel", "Withdraw the request, or cancel", "Code"),
        f"{base}/accept": acting("accept", "Accept an offered or proposed time", "CodeAndStart"),
        f"{base}/refuse": acting("refuse", "Refuse an offered or proposed time", "CodeAndStart"),
        f"{base}/move": acting("move", "Ask for another time", "Move", problems.TAKEN),
    }


def _write(
    identity: str,
    summary: str,
    sends_and_answers: tuple[str, Answer],
    *parameters: Answer,
    kinds: tuple[Kind, ...],
    optional: bool = False,
) -> dict[str, Any]:
    """Describe a POST with a JSON body."""
    sends, answers = sends_and_answers
    needed = (*_READS_BODY, *kinds)
    path = _of_centre("post", identity, summary, answers, *parameters, kinds=needed)
    body = {"required": not optional, "content": {JSON: {"schema": ref(sends)}}}
    path["post"]["requestBody"] = body
    return path


def _secured(path: dict[str, Any]) -> dict[str, Any]:
    """Say that the code or token may stand in the header; POST takes it in the body as well."""
    for method, operation in path.items():
        operation["security"] = [{"code": []}, {}] if method == "post" else [{"code": []}]
    return path


def _of_centre(
    method: str,
    identity: str,
    summary: str,
    answers: Answer,
    *parameters: Answer,
    kinds: tuple[Kind, ...] = (),
) -> dict[str, Any]:
    centre = _parameter("institution", "path", TEXT, "id of the institution")
    return _path(method, identity, summary, answers, centre, *parameters, kinds=kinds)


def _path(
    method: str,
    identity: str,
    summary: str,
    answers: Answer,
    *parameters: Answer,
    kinds: tuple[Kind, ...] = (),
) -> dict[str, Any]:
    found = [*kinds, *_ALWAYS]
    responses = {**answers, **_problems(found)}
    operation = {
        "operationId": identity,
        "summary": summary,
        "parameters": list(parameters),
        "responses": dict(sorted(responses.items())),
    }
    return {method: operation}


def _problems(kinds: list[Kind]) -> Answer:
    """Return the answers of problems; two kinds of one status are one answer."""
    by_status: dict[str, list[Kind]] = {}
    for kind in kinds:
        by_status.setdefault(str(kind.status), []).append(kind)
    made = {}
    for status, same in by_status.items():
        schemas = [ref(f"problem-{kind.name}") for kind in same]
        schema = schemas[0] if len(schemas) == 1 else {"oneOf": schemas}
        made[status] = {
            "description": " / ".join(kind.title for kind in same),
            "content": {MEDIA_TYPE: {"schema": schema}},
            **_headers(status),
        }
    return made


def _headers(status: str) -> dict[str, Any]:
    words = {
        "401": ("WWW-Authenticate", {"type": "string"}, "How to send the code"),
        "429": ("Retry-After", {"type": "integer"}, "Seconds to wait"),
        "503": ("Retry-After", {"type": "integer"}, "Seconds to wait"),
    }
    if status not in words:
        return {}
    name, schema, text = words[status]
    return {"headers": {name: {"required": True, "schema": schema, "description": text}}}


def _json(status: str, schema: str) -> Answer:
    return {status: {"description": schema, "content": {JSON: {"schema": ref(schema)}}}}


def _parameter(
    name: str, place: str, schema: Answer, text: str, *, required: bool = True
) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema, "description": text}
