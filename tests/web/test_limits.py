"""Visitors who are slowed down: told kindly for how long, and nothing that they typed is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from assisto_caldav.config.model import Visitors
from assisto_web.access_codes import GUESSES
from tests.office import MONDAY, Office, at, make_details, send_request
from tests.web.visitor import BASE, Visitor, words

MINUTE = 60


@pytest.fixture
def few(office: Office) -> None:
    """One hold and one request from a network, one request for a mail address."""
    limits = Visitors(holds_per_network=1, requests_per_network=1, requests_per_address=1)
    office.config.config = replace(office.config.config, visitors=limits)


def choose(visitor: Visitor, time: str = "09:00") -> int:
    visitor.get("/mitte/book/s1/video/2026-12-07/")
    return visitor.press(time).status_code


def choose_after_wait(office: Office, visitor: Visitor, time: str) -> None:
    assert choose(visitor, time) == 429
    office.clock.advance(60)
    assert visitor.press("Weiter").status_code == 200


@pytest.mark.usefixtures("few")
def test_past_the_limit_a_time_is_held_after_a_wait(
    office: Office, olaf: Visitor, mallory: Visitor
) -> None:
    assert choose(mallory) == 200

    assert choose(olaf, "10:00") == 429

    assert olaf.page.headers["Retry-After"] == "60"
    assert "Bitte warten Sie 60 Sekunden" in words(olaf.page)
    office.clock.advance(60)
    assert olaf.press("Weiter").status_code == 200
    assert "Wir halten diese Zeit für Sie frei bis" in words(olaf.page)
    assert olaf.press("Anfrage senden", text="Ich möchte reden.").status_code == 200
    assert "Ihre Anfrage ist angekommen." in words(olaf.page)


@pytest.mark.usefixtures("few")
def test_too_many_requests_keep_what_was_typed(
    office: Office, olaf: Visitor, mallory: Visitor
) -> None:
    choose(mallory)
    assert mallory.press("Anfrage senden").status_code == 200
    choose_after_wait(office, olaf, "10:00")

    page = olaf.press("Anfrage senden", text="Ich möchte reden.")

    assert page.status_code == 429
    assert page.headers["Retry-After"] == "60"
    assert "Bitte warten Sie 60 Sekunden" in words(page)
    assert "quick-exit" in page.text
    office.clock.instant += 20
    early = olaf.press("Weiter")
    assert (early.status_code, early.headers["Retry-After"]) == (429, "40")
    office.clock.instant += 40
    assert olaf.press("Weiter").status_code == 200
    assert "Ihre Anfrage ist angekommen." in words(olaf.page)
    assert "Ich möchte reden." in words(olaf.page)


@pytest.mark.usefixtures("few")
def test_an_address_that_was_named_often_can_be_left_out(office: Office, olaf: Visitor) -> None:
    details = make_details(email="grace@post.example")
    send_request(office, at(MONDAY, "09:00"), details=details)
    choose(olaf, "10:00")

    page = olaf.press("Anfrage senden", email="grace@post.example")

    assert page.status_code == 429
    assert "Lassen Sie das Feld leer" in words(page)
    assert olaf.press("Anfrage senden", email="").status_code == 200


def test_a_time_is_held_for_an_hour_at_most_and_that_is_told(office: Office, olaf: Visitor) -> None:
    choose(olaf)
    for _ in range(5):
        office.clock.advance(11 * MINUTE)
        olaf.press("Zeit länger freihalten", text="Ich schreibe noch.")

    page = olaf.press("Zeit länger freihalten", text="Ich schreibe noch.")

    assert page.status_code == 429
    assert "Länger können wir diese Uhrzeit nicht freihalten." in words(page)
    assert "Wir halten diese Zeit für Sie frei bis 13:00 Uhr." in words(page)
    assert "Zeit länger freihalten" not in words(page)
    assert olaf.find("Anfrage senden")[0].fields["text"] == ["Ich schreibe noch."]


def test_whoever_guesses_codes_is_told_for_how_long_to_wait(office: Office, olaf: Visitor) -> None:
    for _ in range(GUESSES):
        olaf.get("/mitte/a/0000-0000-0000")

    page = olaf.get("/mitte/a/0000-0000-0000")

    assert page.status_code == 429
    assert "Bitte warten Sie 60 Sekunden" in words(page)
    assert page.headers["Retry-After"] == "60"
    form, _button = olaf.find("Weiter")
    assert form.address == "/mitte/code"
    assert form.fields["code"] == ["0000-0000-0000"]
    office.clock.advance(60)
    assert olaf.press("Weiter").status_code == 404
    assert "keinen Termin" in words(olaf.page)


@pytest.mark.usefixtures("few")
def test_a_mistake_costs_no_second_proof(office: Office, olaf: Visitor, mallory: Visitor) -> None:
    choose(mallory)
    assert mallory.press("Anfrage senden").status_code == 200
    choose_after_wait(office, olaf, "10:00")
    assert olaf.press("Anfrage senden").status_code == 429
    office.clock.advance(60)

    olaf.press("Weiter", email="so nicht")

    assert olaf.page.status_code == 422

    olaf.press("English")
    page = olaf.press("Send request", email="")

    assert page.status_code == 200
    assert page.request.path == "/mitte/a/"


@pytest.mark.usefixtures("few")
def test_a_kept_proof_does_not_hide_another(office: Office, olaf: Visitor) -> None:
    send_request(office, at(MONDAY, "09:00"), network="127.0.0.1")
    assert choose(olaf, "10:00") == 200
    assert olaf.press("Anfrage senden").status_code == 429
    office.clock.advance(60)
    assert olaf.press("Weiter", email="so nicht").status_code == 422
    start = at(MONDAY, "11:00")
    assert olaf.press("Zeit länger freihalten", start=start).status_code == 429
    form, _button = olaf.find("Weiter")
    assert len(form.fields["proof_challenge"]) == 1
    office.clock.advance(60)

    assert olaf.press("Weiter").status_code == 200


def test_whoever_need_not_wait_reads_that(office: Office, olaf: Visitor) -> None:
    visitors = Visitors(proof_wait_seconds=0)
    office.config.config = replace(office.config.config, visitors=visitors)
    for _ in range(GUESSES + 1):
        page = olaf.get("/mitte/a/0000-0000-0000")

    assert "Sie können jetzt weiter." in words(page)
    assert "0 Sekunden" not in words(page)


@pytest.mark.usefixtures("few")
def test_other_sites_are_slowed_down_too(app: Flask) -> None:
    body = {"service": "s1", "channel": "video", "start": "2026-12-07T09:00:00+01:00"}
    later = {**body, "start": "2026-12-07T10:00:00+01:00"}
    client = app.test_client()

    answers = [
        client.post("/api/v1/mitte/requests", json=sent, base_url=BASE) for sent in (body, later)
    ]

    assert [answer.status_code for answer in answers] == [201, 429]
    assert answers[1].json["type"] == "/api/v1/problems/too-many-requests"
    assert 0 < int(answers[1].headers["Retry-After"]) <= 3600


def test_the_description_says_that_one_may_be_slowed_down(app: Flask) -> None:
    description = app.test_client().get("/api/openapi.json", base_url=BASE).json

    for path, method in (
        ("/{institution}/requests", "post"),
        ("/{institution}/holds", "post"),
        ("/{institution}/appointment", "get"),
        ("/{institution}/appointment/cancel", "post"),
    ):
        answer = description["paths"][path][method]["responses"]["429"]
        assert "Retry-After" in answer["headers"]


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_body_nested_deeply_is_no_fault_of_ours(app: Flask, opening: str) -> None:
    app.testing = False
    body = opening * 40_000

    answer = app.test_client().post(
        "/api/v1/mitte/requests", data=body, content_type="application/json", base_url=BASE
    )

    assert answer.status_code == 400
    assert answer.json["type"] == "/api/v1/problems/malformed"
