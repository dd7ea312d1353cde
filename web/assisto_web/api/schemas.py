"""The schemas of the OpenAPI description, each with an example."""

from __future__ import annotations

from typing import Any

from assisto_caldav.domain.appointment import State
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import Identification
from assisto_caldav.domain.languages import GERMAN
from assisto_web.api.problems import KINDS, PLACE
from assisto_web.i18n import LANGUAGES

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "integer"}
CHANNEL: Schema = {"type": "string", "enum": [channel.value for channel in Channel]}
LOCALE: Schema = {"type": "string", "enum": list(LANGUAGES), "default": GERMAN}
DAY: Schema = {"type": "string", "format": "date", "examples": ["2026-12-07"]}
TIME: Schema = {
    "type": "string",
    "format": "date-time",
    "description": "RFC 3339 with offset",
    "examples": ["2026-12-07T09:00:00+01:00"],
}
SECRET: Schema = {"type": "string", "minLength": 1, "maxLength": 200}

_NINE, _TEN = "2026-12-07T09:00:00+01:00", "2026-12-07T09:50:00+01:00"
_SLOT_EXAMPLE = {
    "start": _NINE,
    "end": _TEN,
    "service": "erstes-gespraech",
    "channels": ["on_site", "phone", "video"],
    "counsellor": "alice",
}
_NO_WISHES = {"no_mail": False, "no_call": False, "no_voicemail": False}
_APPOINTMENT_EXAMPLE = {
    "state": "requested",
    "start": _NINE,
    "end": _TEN,
    "service": "erstes-gespraech",
    "channel": "phone",
    "counsellor": "alice",
    "sign": "7F3K",
    "acts": ["cancel", "move"],
    "contact": {**_NO_WISHES, "no_voicemail": True},
    "call_times": "vormittags",
    "answer": "",
    "answer_by": "2026-12-03T12:00:00+01:00",
}
_HOLD_EXAMPLE = {
    "hold": "019ae1f0-5a2e-7c11-9d3c-0a4b5c6d7e8f",
    "start": _NINE,
    "end": _TEN,
    "service": "erstes-gespraech",
    "channel": "phone",
    "counsellor": "alice",
    "expires_at": "2026-12-01T10:15:00+01:00",
}


def ref(name: str) -> Schema:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: Schema, example: Any = None, **optional: Any) -> Schema:  # noqa: ANN401 - JSON
    """Return an object that has no other members than these."""
    made: Schema = {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }
    return made if example is None else {**made, "examples": [example]}


def _sent(required: Schema, example: Any, **optional: Any) -> Schema:  # noqa: ANN401 - JSON
    """Return what other programs send: null is as good as nothing."""
    nullable = {name: {"anyOf": [schema, {"type": "null"}]} for name, schema in optional.items()}
    return _object(required, example, **nullable)


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _of(name: str, schema: str, example: dict[str, Any]) -> Schema:
    return _object({name: _list(ref(schema))}, {name: [example]})


def all_schemas() -> dict[str, Schema]:
    """Return every schema by its name."""
    return {**_facts(), **_times(), **_appointments(), **_problems()}


def _facts() -> dict[str, Schema]:
    numbers = ("notice_hours", "horizon_days", "hold_minutes")
    until = ("move_until_hours_before", "cancel_until_hours_before")
    limits = dict.fromkeys((*numbers, *until), NUMBER)
    words = dict.fromkeys(("id", "name", "zone", "address", "phone", "website"), TEXT)
    ways = {"type": "string", "enum": [way.value for way in Identification]}
    service = {"id": "erstes-gespraech", "name": "Erstes Gespräch", "description": ""}
    service_example = {**service, "duration_minutes": 50, "channels": ["on_site", "phone"]}
    person = {"id": "alice", "name": "Alice Berger", "services": ["erstes-gespraech"]}
    return {
        "Institution": _object(
            {
                **words,
                "languages": _list({"type": "string", "enum": list(LANGUAGES)}),
                "choose_counsellor": FLAG,
                "identification": _list(ways),
                "limits": _object(limits),
                "links": _object({"page": TEXT, "widget": TEXT}),
            },
            _institution_example(),
        ),
        "Institutions": _object(
            {"institutions": _list(ref("Institution"))}, {"institutions": [_institution_example()]}
        ),
        "Service": _object(
            {
                **dict.fromkeys(("id", "name", "description"), TEXT),
                "duration_minutes": NUMBER,
                "channels": _list(CHANNEL),
            },
            service_example,
        ),
        "Services": _of("services", "Service", service_example),
        "Channel": _object({"id": CHANNEL, "name": TEXT}, {"id": "phone", "name": "Telefon"}),
        "Channels": _of("channels", "Channel", {"id": "phone", "name": "Telefon"}),
        "Counsellor": _object({"id": TEXT, "name": TEXT, "services": _list(TEXT)}, person),
        "Counsellors": _of("counsellors", "Counsellor", person),
    }


def _institution_example() -> dict[str, Any]:
    return {
        "id": "mitte",
        "name": "Beratungsstelle Mitte",
        "zone": "Europe/Berlin",
        "address": "Musterstraße 12\n10115 Berlin",
        "phone": "030 23125 120",
        "website": "https://mitte.example",
        "languages": list(LANGUAGES),
        "choose_counsellor": True,
        "identification": ["access_code", "account"],
        "limits": {
            "notice_hours": 24,
            "horizon_days": 60,
            "hold_minutes": 15,
            "move_until_hours_before": 24,
            "cancel_until_hours_before": 0,
        },
        "links": {
            "page": "https://termine.example/mitte/",
            "widget": "https://termine.example/mitte/widget/",
        },
    }


def _times() -> dict[str, Schema]:
    slot = {"start": TIME, "end": TIME, "service": TEXT, "channels": _list(CHANNEL)}
    wish: Schema = {"service": TEXT, "channel": CHANNEL, "start": TIME}
    wished = {"service": "erstes-gespraech", "channel": "phone", "start": _NINE}
    hold = dict.fromkeys(("hold", "service"), TEXT)
    hold |= {"start": TIME, "end": TIME, "channel": CHANNEL, "expires_at": TIME}
    token = {"token": "Zk3vJ8mX0aYtqLrN5wBdEg"}
    return {
        "Slot": _object(slot, _SLOT_EXAMPLE, counsellor=TEXT),
        "Slots": _of("slots", "Slot", _SLOT_EXAMPLE),
        "HoldWish": _sent(
            wish, wished, counsellor=TEXT, token={"type": "string", "maxLength": 200}
        ),
        "Hold": _object(hold, _HOLD_EXAMPLE, counsellor=TEXT),
        "NewHold": _object({**hold, "token": TEXT}, {**_HOLD_EXAMPLE, **token}, counsellor=TEXT),
        "Token": _sent({}, token, token=SECRET),
        "Request": _sent(
            wish,
            {**wished, "text": "Ich schlafe schlecht.", "contact": {"no_voicemail": True}},
            counsellor=TEXT,
            **dict.fromkeys(("name", "email", "phone", "text", "call_times"), TEXT),
            contact=ref("Wishes"),
            wants_ics=FLAG,
            locale=LOCALE,
            hold=TEXT,
            token={"type": "string", "maxLength": 200},
        ),
        "Wishes": _sent({}, {"no_voicemail": True}, **dict.fromkeys(_NO_WISHES, FLAG)),
    }


def _appointments() -> dict[str, Schema]:
    act = {"type": "string", "enum": ["cancel", "accept", "refuse", "move"]}
    facts: Schema = {
        "state": {"type": "string", "enum": [state.value for state in State]},
        "start": TIME,
        "end": TIME,
        "service": TEXT,
        "channel": CHANNEL,
        "sign": {**TEXT, "description": "how staff name it, at reception for instance"},
        "acts": {**_list(act), "description": "what the client can do now"},
        "contact": _object(dict.fromkeys(_NO_WISHES, FLAG)),
        "call_times": TEXT,
        "answer": {**TEXT, "description": "what the counsellor wrote"},
    }
    code = {"code": "AB3D-EF6H-JK9M"}
    new = {**facts, "code": TEXT, "links": _object({"page": TEXT})}
    page = {"links": {"page": "https://termine.example/mitte/a/"}}
    more = {"counsellor": TEXT, "answer_by": TIME}
    return {
        "Appointment": _object(facts, _APPOINTMENT_EXAMPLE, **more),
        "NewAppointment": _object(new, {**_APPOINTMENT_EXAMPLE, **code, **page}, **more),
        "Code": _sent({}, code, code=SECRET),
        "CodeAndStart": _sent({"start": TIME}, {**code, "start": _NINE}, code=SECRET),
        "Move": _sent(
            {"shown": TIME, "start": TIME},
            {**code, "shown": _NINE, "start": "2026-12-08T10:00:00+01:00"},
            code=SECRET,
        ),
    }


def _problems() -> dict[str, Schema]:
    made = {}
    members: Schema = {"title": TEXT, "detail": TEXT}
    more: dict[str, Schema] = {
        "invalid-fields": {"fields": {"type": "object", "additionalProperties": TEXT}},
        "slot-taken": {"alternatives": _list(ref("Slot"))},
    }
    examples = {"fields": {"service": "must be one of: s1"}, "alternatives": [_SLOT_EXAMPLE]}
    for kind in KINDS.values():
        own = more.get(kind.name, {})
        fixed = {"type": {"const": kind.type}, "status": {"const": kind.status}}
        example = {"type": kind.type, "title": kind.title, "status": kind.status}
        example |= {"detail": kind.detail, **{name: examples[name] for name in own}}
        made[f"problem-{kind.name}"] = _object({**fixed, **members, **own}, example)
    name = {"type": "string", "description": f"an address that begins with {PLACE}"}
    made["Kind"] = _object({"type": name, "title": TEXT, "status": NUMBER, "detail": TEXT})
    return made
