"""Errors of the JSON interface (RFC 9457), and which sites' pages may read and write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

import pytest
from flask import Flask

from assisto_web.api import views
from assisto_web.api.problems import KINDS
from tests.office import Office, send_request

V1 = "/api/v1/mitte"
SITE = "https://www.mitte.example"
SLOTS = f"{V1}/slots?service=s1&from=2026-12-07&to=2026-12-07"
WISH = {"service": "s1", "channel": "video", "start": "2026-12-07T09:00:00+01:00"}


@pytest.fixture
def client(office: Office, app: Flask) -> Any:
    office.configure(replace(office.institution(), allowed_sites=(SITE,)))
    return app.test_client()


@pytest.mark.parametrize(
    ("method", "address", "more", "kind"),
    [
        ("get", "/api/v1/nowhere/services", {}, "not-found"),
        ("get", "/api/v2/", {}, "not-found"),
        ("get", "/api/v1/problems/nothing", {}, "not-found"),
        ("get", f"{V1}/requests", {}, "method-not-allowed"),
        ("post", f"{V1}/slots", {}, "method-not-allowed"),
        ("post", f"{V1}/requests", {"data": "service=s1"}, "unsupported-media-type"),
        ("post", f"{V1}/requests", {"data": {"service": "s1"}}, "unsupported-media-type"),
        ("post", f"{V1}/requests", {"data": b"{" * 300_000, "json_type": True}, "too-large"),
        *(
            ("post", f"{V1}/requests", {"data": body, "json_type": True}, "malformed")
            for body in (b"", b"[]", b"{", b"null", b"\xff")
        ),
        ("post", f"{V1}/requests", {"json": {}}, "invalid-fields"),
        ("get", f"{V1}/appointment", {}, "code-missing"),
    ],
)
def test_every_error_is_a_problem(
    client: Any, method: str, address: str, more: dict[str, Any], kind: str
) -> None:
    if more.pop("json_type", False):
        more["content_type"] = "application/json"

    answer = getattr(client, method)(address, **more)

    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == f"/api/v1/problems/{kind}"
    assert answer.json["status"] == answer.status_code == KINDS[kind].status
    assert answer.json["title"]
    assert answer.json["detail"]


def test_a_wrong_method_is_told_the_right_ones(client: Any) -> None:
    answer = client.get(f"{V1}/requests")

    assert {"OPTIONS", "POST"} == set(answer.headers["Allow"].split(", "))


def test_a_fault_of_ours_tells_nothing_of_it(
    app: Flask, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise RuntimeError("geheim")

    app.testing = False
    monkeypatch.setattr(views, "_slot_wish", fail)

    answer = client.get(SLOTS)

    assert answer.status_code == 500
    assert answer.json["type"] == "/api/v1/problems/internal"
    assert "geheim" not in answer.text


@pytest.mark.parametrize("name", sorted(KINDS))
def test_each_type_is_an_address_that_says_what_it_means(client: Any, name: str) -> None:
    answer = client.get(f"/api/v1/problems/{name}")

    assert answer.status_code == 200
    assert answer.json["type"] == f"/api/v1/problems/{name}"
    assert answer.json["detail"] == KINDS[name].detail


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://mallory.example"},
        {"Origin": SITE},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_cannot_write(
    office: Office, client: Any, headers: dict[str, str]
) -> None:
    _, code = send_request(office)

    made = client.post(f"{V1}/requests", json=WISH, headers=headers)
    proof = {**headers, "Authorization": f"Bearer {code}"}
    cancelled = client.post(f"{V1}/appointment/cancel", headers=proof)

    for answer in (made, cancelled):
        assert answer.json["type"] == "/api/v1/problems/foreign-site"
        assert answer.status_code == 403


def test_our_own_pages_and_programs_can_write(client: Any) -> None:
    wish = {**WISH, "start": "2026-12-07T10:00:00+01:00"}
    own = {"Origin": "https://termine.example", "Sec-Fetch-Site": "same-origin"}

    answers = [
        client.post(f"{V1}/requests", json=WISH),
        client.post(f"{V1}/requests", json=wish, headers=own),
    ]

    assert [answer.status_code for answer in answers] == [201, 201]


@pytest.mark.parametrize(
    "address", [V1, f"{V1}/services", f"{V1}/channels", f"{V1}/counsellors", SLOTS]
)
def test_a_named_site_may_read_free_dates(client: Any, address: str) -> None:
    answer = client.get(address, headers={"Origin": SITE})

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://mallory.example",
        "https://mitte.example",
        "http://www.mitte.example",
        "https://www.mitte.example:8443",
        "https://www.mitte.example.mallory.example",
        "https://WWW.mitte.example",
        "null",
        "",
    ],
)
def test_no_other_site_may(client: Any, origin: str) -> None:
    answer = client.get(SLOTS, headers={"Origin": origin})

    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


def test_a_site_of_one_centre_reads_nothing_of_another(client: Any) -> None:
    answer = client.get("/api/v1/nord/services", headers={"Origin": SITE})

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_problem_can_be_read_by_the_site_that_caused_it(client: Any) -> None:
    answer = client.get(f"{V1}/slots", headers={"Origin": SITE})

    assert answer.status_code == 422
    assert answer.headers["Access-Control-Allow-Origin"] == SITE


def test_an_appointment_is_read_by_no_other_site(office: Office, client: Any) -> None:
    _, code = send_request(office)

    answer = client.get(
        f"{V1}/appointment", headers={"Origin": SITE, "Authorization": f"Bearer {code}"}
    )

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_browsers_are_told_beforehand_that_reading_is_all(client: Any) -> None:
    asks = {"Origin": SITE, "Access-Control-Request-Method": "GET"}

    allowed = client.options(f"{V1}/slots", headers=asks)
    stranger = client.options(f"{V1}/slots", headers={**asks, "Origin": "https://mallory.example"})
    writing = client.options(
        f"{V1}/requests", headers={**asks, "Access-Control-Request-Method": "POST"}
    )

    assert allowed.headers["Access-Control-Allow-Methods"] == "GET"
    assert allowed.headers["Access-Control-Allow-Origin"] == SITE
    assert "Access-Control-Allow-Headers" not in allowed.headers
    for answer in (stranger, writing):
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Methods" not in answer.headers
