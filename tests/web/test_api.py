"""The JSON interface, version 1: what can be booked, holds and requests."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from assisto_caldav.domain.client_details import ContactWishes
from assisto_caldav.domain.languages import Translation
from tests.office import ALICE, BOB, Office, open_times

V1 = "/api/v1/mitte"
SPAN = "from=2026-12-07&to=2026-12-07"
NINE = "2026-12-07T09:00:00+01:00"
TEN = "2026-12-07T10:00:00+01:00"


@pytest.fixture
def client(app: Flask) -> Any:
    return app.test_client()


def wish(**changes: Any) -> dict[str, Any]:
    return {"service": "s1", "channel": "video", "start": NINE, **changes}


def request_one(client: Any, **changes: Any) -> TestResponse:
    answer: TestResponse = client.post(f"{V1}/requests", json=wish(**changes))
    return answer


def hold_one(client: Any, **changes: Any) -> TestResponse:
    answer: TestResponse = client.post(f"{V1}/holds", json=wish(**changes))
    return answer


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_all_centres_and_one(client: Any) -> None:
    listed = client.get("/api/v1/institutions").json["institutions"]
    one = client.get(V1).json

    assert [entry["id"] for entry in listed] == ["mitte", "nord"]
    assert one == listed[0]
    assert one["name"] == "Beratungsstelle Mitte"
    assert one["limits"]["notice_hours"] == 24
    assert one["links"]["widget"] == "https://termine.example/mitte/widget/"


def test_services_have_public_names(client: Any) -> None:
    answer = client.get(f"{V1}/services")

    assert answer.json == {
        "services": [
            {
                "id": "s1",
                "name": "Beratung",
                "description": "",
                "duration_minutes": 50,
                "channels": ["on_site", "phone", "video"],
            },
            {
                "id": "s2",
                "name": "Gespräch zu zweit",
                "description": "",
                "duration_minutes": 80,
                "channels": ["on_site"],
            },
        ]
    }


def test_names_are_told_in_the_language_asked_for(office: Office, client: Any) -> None:
    mitte = office.institution()
    english = Translation("en", "public_name", "Talk")
    talk = replace(mitte.services[0], translations=(english,))
    office.configure(replace(mitte, services=(talk, *mitte.services[1:])))

    services = client.get(f"{V1}/services?locale=en").json["services"]
    channels = client.get(f"{V1}/channels?locale=en").json["channels"]

    assert services[0]["name"] == "Talk"
    assert channels[1] == {"id": "phone", "name": "Telephone"}
    assert client.get(f"{V1}/channels").json["channels"][1]["name"] == "Telefon"
    assert client.get(f"{V1}/services?locale=xx").status_code == 422


def test_whom_clients_may_choose(office: Office, client: Any) -> None:
    listed = client.get(f"{V1}/counsellors").json["counsellors"]
    office.configure(replace(office.institution(), choose_counsellor=False))

    assert [entry["id"] for entry in listed] == ["alice", "bob"]
    assert listed[0] == {"id": "alice", "name": "Alice", "services": ["s1", "s2"]}
    assert client.get(f"{V1}/counsellors").json == {"counsellors": []}


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
    held = hold_one(client)
    made = request_one(client, start=TEN)
    chosen = request_one(client, counsellor="alice", start="2026-12-07T11:00:00+01:00")

    assert len(slots.json["slots"]) == 3
    assert (held.status_code, made.status_code) == (201, 201)
    assert (asked.status_code, chosen.status_code) == (422, 422)
    for answer in (slots, held, made):
        assert '"counsellor"' not in answer.text
        assert "alice" not in answer.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-12-07&to=2026-12-08", "service"),
        (f"service=s1&channel=fax&{SPAN}", "channel"),
        ("service=s1&to=2026-12-08", "from"),
        ("service=s1&from=2026-12-07&to=tomorrow", "to"),
        ("service=s1&from=2026-12-07&to=20261208", "to"),
        ("service=s1&from=2026-12-07&to=2026-12-01", "to"),
        ("service=s1&from=2026-12-07&to=2027-12-07", "to"),
        (f"service=s1&counsellor=frank&{SPAN}", "counsellor"),
        (f"service=s1&counsellor={ALICE}&{SPAN}", "counsellor"),
        (f"service=s1&{SPAN}&chanel=video", "chanel"),
        (f"service=s1&service=s2&{SPAN}", "service"),
    ],
)
def test_a_wrong_question_names_its_field(client: Any, query: str, field: str) -> None:
    answer = client.get(f"{V1}/slots?{query}")

    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]


def test_a_request_is_answered_with_its_code(client: Any) -> None:
    answer = request_one(client, text="Hallo", name="Olaf", counsellor="alice")

    assert answer.status_code == 201
    told = answer.json
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", told.pop("code"))
    assert re.fullmatch(r"\w{4}", told.pop("sign"))
    assert told == {
        "state": "requested",
        "start": NINE,
        "end": "2026-12-07T09:50:00+01:00",
        "service": "s1",
        "channel": "video",
        "counsellor": "alice",
        "acts": ["cancel", "move"],
        "contact": {"no_mail": False, "no_call": False, "no_voicemail": False},
        "call_times": "",
        "answer": "",
        "answer_by": "2026-12-02T12:00:00+01:00",
        "links": {"page": "https://termine.example/mitte/a/"},
    }


def test_wishes_for_contact_are_kept_and_shown_to_staff(
    office: Office, client: Any, alice: Any
) -> None:
    contact = {"no_call": True, "no_voicemail": True}

    answer = request_one(client, contact=contact, call_times="nur vormittags", phone="030 123")

    assert answer.json["contact"] == {"no_mail": False, **contact}
    assert answer.json["call_times"] == "nur vormittags"
    with office.ports.database.reading() as unit:
        made = unit.appointments.by_code(office.ports.tokens.digest(answer.json["code"]))
    assert made is not None
    assert made.contact == ContactWishes(no_call=True, no_voicemail=True)
    page = alice.get(f"/staff/appointments/{made.id}")
    assert "nicht anrufen" in page.text
    assert "nur vormittags" in page.text


def test_who_wants_no_mails_gets_none_although_the_address_is_known(
    office: Office, client: Any
) -> None:
    request_one(client, email="olaf@post.example", contact={"no_mail": True})
    silent = [mail.recipient for mail in office.mails()]
    request_one(client, email="olaf@post.example", start=TEN)

    assert silent == ["counsellor"]
    assert [mail.recipient for mail in office.mails()].count("client") == 1


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
        ({"start": "0001-01-01T00:00:00+14:00"}, "start"),
        ({"text": 5}, "text"),
        ({"email": "so nicht"}, "email"),
        ({"phone": "so nicht"}, "phone"),
        ({"counsellor": "frank"}, "counsellor"),
        ({"name": "x" * 500}, "name"),
        ({"call_times": "x" * 500}, "call_times"),
        ({"contact": "no_mail"}, "contact"),
        ({"contact": {"no_mail": "yes"}}, "no_mail"),
        ({"contact": {"no_fax": True}}, "contact.no_fax"),
        ({"wants_ics": "yes"}, "wants_ics"),
        ({"token": "x" * 500}, "token"),
        ({"locale": "xx"}, "locale"),
        ({"e_mail": "olaf@post.example"}, "e_mail"),
    ],
)
def test_a_wrong_request_names_its_field(client: Any, changes: dict[str, Any], field: str) -> None:
    answer = request_one(client, **changes)

    assert answer.status_code == 422
    assert field in answer.json["fields"]


def test_a_taken_time_is_told_with_others(client: Any) -> None:
    request_one(client)

    for answer in (request_one(client), hold_one(client)):
        assert answer.status_code == 409
        assert answer.json["type"] == "/api/v1/problems/slot-taken"
        assert len(answer.json["alternatives"]) == 3
        assert answer.json["alternatives"][0]["start"] == "2026-12-02T09:00:00+01:00"


def test_a_hold_keeps_a_time_for_who_has_its_token(client: Any) -> None:
    held = hold_one(client).json

    others = request_one(client)
    own = request_one(client, hold=held["hold"], token=held["token"])
    again = request_one(client, hold=held["hold"], token=held["token"])

    assert held["expires_at"] == "2026-11-30T12:15:00+01:00"
    assert (others.status_code, own.status_code) == (409, 201)
    assert own.json["code"] == again.json["code"]


def test_a_hold_is_extended_and_released(office: Office, client: Any) -> None:
    held = hold_one(client).json
    address, proof = f"{V1}/holds/{held['hold']}", bearer(held["token"])
    office.clock.advance(600)

    longer = client.post(f"{address}/extend", json={"token": held["token"]})
    released = client.delete(address, headers=proof)

    assert longer.json["expires_at"] == "2026-11-30T12:25:00+01:00"
    assert "token" not in longer.json
    assert (released.status_code, released.data) == (204, b"")
    assert request_one(client).status_code == 201
    assert client.delete(address, headers=proof).status_code == 404


def test_a_hold_is_nobody_elses(client: Any) -> None:
    held = hold_one(client).json
    address = f"{V1}/holds/{held['hold']}"

    answers = [
        client.post(f"{address}/extend", headers=bearer("guessed")),
        client.delete(address, headers=bearer("guessed")),
        client.delete(f"/api/v1/nord/holds/{held['hold']}", headers=bearer(held["token"])),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert client.delete(address).status_code == 401
    assert request_one(client).status_code == 409


def test_a_time_is_not_held_for_ever(office: Office, client: Any) -> None:
    held = hold_one(client).json
    for _ in range(4):
        office.clock.advance(14 * 60)
        answer = client.post(f"{V1}/holds/{held['hold']}/extend", headers=bearer(held["token"]))
    office.clock.advance(60)

    answer = client.post(f"{V1}/holds/{held['hold']}/extend", headers=bearer(held["token"]))

    assert answer.status_code == 409
    assert answer.json["type"] == "/api/v1/problems/held-long-enough"


def test_an_earlier_hold_goes_with_its_token(client: Any) -> None:
    first = hold_one(client).json

    second = hold_one(client, start=TEN, token=first["token"])

    assert second.json["token"] == first["token"]
    assert request_one(client).status_code == 201
    assert request_one(client, start=TEN).status_code == 409
