"""An appointment over the JSON interface, by its access code."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm, reschedule
from assisto_web.access_codes import GUESSES
from tests.office import ALICE, MONDAY, Office, at, send_request

HERE = "/api/v1/mitte/appointment"
NINE = "2026-12-07T09:00:00+01:00"
TEN = "2026-12-07T10:00:00+01:00"
ACTS = ["cancel", "accept", "refuse", "move"]


@pytest.fixture
def client(app: Flask) -> Any:
    return app.test_client()


def bearer(code: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {code}"}


def propose(office: Office, wanted: str, proposed: str) -> str:
    """Request a time, propose another; return the code."""
    made, code = send_request(office, at(MONDAY, wanted))
    reschedule(office.ports, Actor(ALICE, "web"), made.id, start=at(MONDAY, proposed))
    return code


def test_it_is_found_by_its_code_in_any_case(office: Office, client: Any) -> None:
    made, code = send_request(office)
    confirm(office.ports, Actor(ALICE, "web"), made.id)

    answer = client.get(HERE, headers={"Authorization": f"bearer  {code.lower()}"})

    assert answer.status_code == 200
    assert answer.json["state"] == "confirmed"
    assert answer.json["acts"] == ["cancel", "move"]
    assert code not in answer.text


def test_the_code_stands_in_no_address(office: Office, client: Any) -> None:
    _, code = send_request(office)

    answers = [
        client.get(f"/api/v1/mitte/appointments/{code}"),
        client.get(f"{HERE}?code={code}"),
        client.get(f"{HERE}/{code}"),
    ]

    assert [answer.status_code for answer in answers] == [404, 422, 404]


def test_it_is_cancelled_once(office: Office, client: Any) -> None:
    _, code = send_request(office)

    first = client.post(f"{HERE}/cancel", json={"code": code})
    second = client.post(f"{HERE}/cancel", headers=bearer(code))

    assert (first.json["state"], first.json["acts"]) == ("withdrawn", [])
    assert second.status_code == 409
    assert second.json["type"] == "/api/v1/problems/conflict"


def test_a_proposed_time_is_accepted_or_refused_as_it_was_shown(
    office: Office, client: Any
) -> None:
    shown = []
    for act, wanted, proposed in (("accept", "09:00", "14:00"), ("refuse", "10:00", "16:00")):
        code = propose(office, wanted, proposed)
        there = client.get(HERE, headers=bearer(code)).json
        stale = client.post(f"{HERE}/{act}", json={"start": NINE}, headers=bearer(code))
        done = client.post(f"{HERE}/{act}", json={"start": there["start"], "code": code})
        shown.append((there["acts"], stale.status_code, done.json["state"]))

    assert shown[0] == (["cancel", "accept", "refuse", "move"], 409, "confirmed")
    assert shown[1] == (["cancel", "accept", "refuse", "move"], 409, "declined")


def test_accepting_needs_the_time_that_was_shown(office: Office, client: Any) -> None:
    _, code = send_request(office)

    answers = [
        client.post(f"{HERE}/{act}", json={}, headers=bearer(code)) for act in ("accept", "refuse")
    ]

    assert [list(answer.json["fields"]) for answer in answers] == [["start"], ["start"]]


def test_it_is_moved_to_one_of_the_times_told(office: Office, client: Any) -> None:
    _, code = send_request(office)
    shown = client.get(HERE, headers=bearer(code)).json["start"]

    times = client.get(f"{HERE}/times?after=2026-12-08T00:00:00Z", headers=bearer(code)).json
    start = times["slots"][0]["start"]
    moved = client.post(f"{HERE}/move", json={"code": code, "shown": shown, "start": start})

    assert start == "2026-12-08T09:00:00+01:00"
    assert (moved.json["state"], moved.json["start"]) == ("requested", start)


def test_a_move_to_a_taken_time_tells_others(office: Office, client: Any) -> None:
    _, code = send_request(office)
    shown = client.get(HERE, headers=bearer(code)).json["start"]
    wish = {"service": "s1", "channel": "video", "start": TEN, "counsellor": "alice"}
    assert client.post("/api/v1/mitte/requests", json=wish).status_code == 201

    taken = client.post(f"{HERE}/move", json={"code": code, "shown": shown, "start": TEN})
    tuesday = "2026-12-08T09:00:00+01:00"
    stale = client.post(f"{HERE}/move", json={"code": code, "shown": TEN, "start": tuesday})
    nothing = client.post(f"{HERE}/move", json={"code": code})

    assert taken.json["type"] == "/api/v1/problems/slot-taken"
    assert taken.json["alternatives"]
    assert (stale.status_code, stale.json["title"]) == (409, "Changed meanwhile")
    assert set(nothing.json["fields"]) == {"shown", "start"}


def test_its_calendar_file_betrays_nothing(office: Office, client: Any) -> None:
    _, code = send_request(office)

    answer = client.get(f"{HERE}/ics", headers=bearer(code))

    assert answer.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    assert "SUMMARY:Termin" in answer.text
    assert "Sucht" not in answer.text


@pytest.mark.parametrize("address", ["", "/ics", "/times"])
def test_reading_needs_a_code(client: Any, address: str) -> None:
    without = client.get(f"{HERE}{address}")
    basic = client.get(f"{HERE}{address}", headers={"Authorization": "Basic YTpi"})
    wrong = client.get(f"{HERE}{address}", headers=bearer("AAAA-BBBB-CCCC"))

    for answer in (without, basic):
        assert answer.json["type"] == "/api/v1/problems/code-missing"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert wrong.status_code == 404


@pytest.mark.parametrize("act", ACTS)
def test_acting_needs_a_code_of_this_centre(office: Office, client: Any, act: str) -> None:
    _, code = send_request(office)
    times = {"start": NINE} if act in ("accept", "refuse") else {}
    times |= {"start": NINE, "shown": NINE} if act == "move" else {}

    answers = [
        client.post(f"{HERE}/{act}", json=times),
        client.post(f"{HERE}/{act}", json=times, headers=bearer("AAAA-BBBB-CCCC")),
        client.post(f"/api/v1/nord/appointment/{act}", json=times, headers=bearer(code)),
    ]

    assert [answer.status_code for answer in answers] == [401, 404, 404]


def test_guessing_ends_here_as_well(office: Office, client: Any) -> None:
    _, code = send_request(office)
    answers = [client.get(HERE, headers=bearer(f"no-{n}")) for n in range(GUESSES)]

    past = client.get(HERE, headers=bearer("no"))
    acting = client.post(f"{HERE}/cancel", json={"code": "no"})

    assert [answer.status_code for answer in answers] == [404] * GUESSES
    assert (past.status_code, acting.status_code) == (429, 429)
    assert past.headers["Retry-After"] == "900"
    assert client.get(HERE, headers=bearer(code)).status_code == 200
