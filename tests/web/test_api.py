"""The JSON interface, version 1."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm
from assisto_web.access_codes import GUESSES
from tests.office import ALICE, BOB, Office, open_times, send_request

V1 = "/api/v1/mitte"
SPAN = "from=2026-12-07&to=2026-12-07"
NINE = "2026-12-07T09:00:00+01:00"


@pytest.fixture
def client(app: Flask) -> Any:
    return app.test_client()


def wish(**changes: Any) -> dict[str, Any]:
    return {"service": "s1", "channel": "video", "start": NINE, **changes}


def request_one(client: Any, **changes: Any) -> TestResponse:
    answer: TestResponse = client.post(f"{V1}/requests", json=wish(**changes))
    return answer


def test_services_have_public_names(client: Any) -> None:
    answer = client.get(f"{V1}/services")

    assert answer.json == {
        "services": [
            {
                "id": "s1",
                "name": "Beratung",
                "duration_minutes": 50,
                "channels": ["on_site", "phone", "video"],
            },
            {
                "id": "s2",
                "name": "Gespräch zu zweit",
                "duration_minutes": 80,
                "channels": ["on_site"],
            },
        ]
    }


def test_slots_name_the_counsellor_by_public_id(client: Any) -> None:
    answer = client.get(f"{V1}/slots?service=s1&{SPAN}")

    assert answer.json["slots"][0] == {
        "start": NINE,
        "end": "2026-12-07T09:50:00+01:00",
        "service": "s1",
        "channels": ["on_site", "phone", "video"],
        "counsellor": "alice",
    }
    assert len(answer.json["slots"]) == 3


def test_slots_of_one_counsellor(office: Office, client: Any) -> None:
    open_times(office, BOB)

    both = client.get(f"{V1}/slots?service=s1&{SPAN}").json["slots"]
    one = client.get(f"{V1}/slots?service=s1&{SPAN}&counsellor=bob").json["slots"]

    assert len(both) == 6
    assert {slot["counsellor"] for slot in one} == {"bob"}


def test_nobody_is_named_where_clients_may_not_choose(office: Office, client: Any) -> None:
    open_times(office, BOB)
    office.configure(replace(office.institution(), choose_counsellor=False))

    slots = client.get(f"{V1}/slots?service=s1&{SPAN}")
    asked = client.get(f"{V1}/slots?service=s1&{SPAN}&counsellor=alice")
    made = request_one(client)
    chosen = request_one(client, counsellor="alice", start="2026-12-07T10:00:00+01:00")

    assert len(slots.json["slots"]) == 3
    assert made.status_code == 201
    assert (asked.status_code, chosen.status_code) == (422, 422)
    for answer in (slots, made):
        assert "counsellor" not in answer.text
        assert "alice" not in answer.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-12-07&to=2026-12-08", "service"),
        (f"service=s1&channel=fax&{SPAN}", "channel"),
        ("service=s1&to=2026-12-08", "from"),
        ("service=s1&from=2026-12-07&to=tomorrow", "to"),
        ("service=s1&from=2026-12-07&to=2026-12-01", "to"),
        ("service=s1&from=2026-12-07&to=2027-12-07", "to"),
        (f"service=s1&counsellor=frank&{SPAN}", "counsellor"),
        (f"service=s1&counsellor={ALICE}&{SPAN}", "counsellor"),
    ],
)
def test_a_wrong_question_names_its_field(client: Any, query: str, field: str) -> None:
    answer = client.get(f"{V1}/slots?{query}")

    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]


def test_a_request_is_answered_with_its_code(client: Any) -> None:
    answer = request_one(client, text="Hallo", name="Olaf", counsellor="alice")

    assert answer.status_code == 201
    code = answer.json["code"]
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", code)
    assert answer.json == {
        "code": code,
        "state": "requested",
        "start": NINE,
        "end": "2026-12-07T09:50:00+01:00",
        "service": "s1",
        "channel": "video",
        "counsellor": "alice",
        "links": {
            "self": f"https://termine.example{V1}/appointments/{code}",
            "cancel": f"https://termine.example{V1}/appointments/{code}/cancel",
            "page": f"https://termine.example/mitte/a/{code}",
        },
    }


def test_an_instant_may_have_any_offset(client: Any) -> None:
    answer = request_one(client, start="2026-12-07T08:00:00Z")

    assert answer.json["start"] == NINE


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": None}, "service"),
        ({"service": ["s1"]}, "service"),
        ({"channel": "chat"}, "channel"),
        ({"start": "2026-12-07T09:00:00"}, "start"),
        ({"start": 1796036400}, "start"),
        ({"text": 5}, "text"),
        ({"email": "so nicht"}, "email"),
        ({"phone": "so nicht"}, "phone"),
        ({"counsellor": "frank"}, "counsellor"),
        ({"name": "x" * 500}, "name"),
    ],
)
def test_a_wrong_request_names_its_field(client: Any, changes: dict[str, Any], field: str) -> None:
    answer = request_one(client, **changes)

    assert answer.status_code == 422
    assert field in answer.json["fields"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null"])
def test_a_body_that_is_no_object_is_refused(client: Any, body: bytes) -> None:
    answer = client.post(f"{V1}/requests", data=body, content_type="application/json")

    assert answer.status_code == 422
    assert "body" in answer.json["fields"]


def test_a_taken_time_is_told_with_others(client: Any) -> None:
    request_one(client)

    answer = request_one(client)

    assert answer.status_code == 409
    assert answer.json["error"] == "taken"
    assert len(answer.json["alternatives"]) == 3
    assert answer.json["alternatives"][0]["start"] == "2026-12-02T09:00:00+01:00"


def test_an_appointment_is_found_by_its_code_in_any_case(office: Office, client: Any) -> None:
    made, code = send_request(office)
    confirm(office.ports, Actor(ALICE, "web"), made.id)

    answer = client.get(f"{V1}/appointments/{code.lower()}")

    assert answer.status_code == 200
    assert answer.json["state"] == "confirmed"
    assert answer.json["code"] == code


def test_an_appointment_is_cancelled_once(office: Office, client: Any) -> None:
    _, code = send_request(office)

    first = client.post(f"{V1}/appointments/{code}/cancel")
    second = client.post(f"{V1}/appointments/{code}/cancel")

    assert first.json["state"] == "withdrawn"
    assert (second.status_code, second.json) == (409, {"error": "conflict"})


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/v1/nowhere/services", 404),
        ("get", f"{V1}/appointments/AAAA-BBBB-CCCC", 404),
        ("get", "/api/v1/nord/appointments/AAAA-BBBB-CCCC", 404),
        ("get", "/api/v2/", 404),
        ("get", f"{V1}/requests", 405),
    ],
)
def test_what_there_is_not_is_json_too(client: Any, method: str, address: str, status: int) -> None:
    answer = getattr(client, method)(address)

    assert answer.status_code == status
    assert list(answer.json) == ["error"]


def test_guessing_ends_here_as_well(client: Any) -> None:
    answers = [client.get(f"{V1}/appointments/no-{n}").status_code for n in range(GUESSES + 1)]

    assert answers == [404] * GUESSES + [429]


def test_the_description_names_every_address(app: Flask, client: Any) -> None:
    described = set(client.get("/api/openapi.json").json["paths"])

    built = {
        re.sub(r"<(\w+?)(_id)?>", r"{\1}", rule.rule.removeprefix("/api/v1"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    assert described == built
