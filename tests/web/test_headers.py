"""Every address answers closed: nothing is cached, framed, referred to or loaded from elsewhere."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.office import ALICE, MONDAY, Office, at, send_request
from tests.web.visitor import BASE, Visitor

VALUES = {
    "institution_id": "mitte",
    "service_id": "s1",
    "channel": "phone",
    "day": "2026-12-07",
    "hold_id": "none",
    "code": "7F3K-9QXA-24MN",
    "name": "impressum",
    "token": "unknown",
    "secret": "unknown",
    "appointment_id": "unknown",
    "digest": "unknown",
    "filename": "style.css",
}
PART = re.compile(r"<(?:[^:>]+:)?(\w+)>")
RESOURCE = re.compile(
    r'<(?:script|img|link|iframe|source|video|object|embed)[^>]*(?:src|href)="([^"]+)"'
)


def addresses(app: Flask) -> list[str]:
    found = set()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            found.add(
                re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda part: VALUES.get(part[1], "1"), rule.rule)
            )
    return sorted(found)


def test_the_sweep_knows_every_room(app: Flask) -> None:
    found = addresses(app)

    assert len(found) > 50
    for known in ("/", "/mitte/", "/mitte/account/login", "/staff/login", "/mitte/a/", "/leave"):
        assert known in found


@pytest.mark.parametrize("who", ["nobody", "client", "staff"])
def test_every_answer_is_closed(
    app: Flask, office: Office, request: pytest.FixtureRequest, who: str
) -> None:
    _made, code = send_request(office, at(MONDAY, "09:00"), counsellor=ALICE)
    visitor: Visitor = request.getfixturevalue("alice") if who == "staff" else Visitor(app)
    if who == "client":
        visitor.get(f"/mitte/a/{code}")
    for address in addresses(app):
        answer = visitor.client.get(address, base_url=BASE, headers={"Accept-Language": "de"})
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, address
        assert "default-src 'none'" in policy, address
        assert headers["Referrer-Policy"] == "no-referrer", address
        assert headers["X-Content-Type-Options"] == "nosniff", address
        kept = headers["Cache-Control"]
        is_look = address.startswith(("/static/", "/mitte/look.css", "/mitte/logo/"))
        assert kept == "no-store" or is_look, (address, kept)
        for cookie in headers.getlist("Set-Cookie"):
            assert "HttpOnly" in cookie, address
            assert "SameSite=Lax" in cookie, address
            assert "Secure" in cookie, address


@pytest.mark.parametrize("who", ["nobody", "client"])
def test_every_client_page_can_be_left_and_asks_nobody_else(
    app: Flask, office: Office, who: str
) -> None:
    _made, code = send_request(office, at(MONDAY, "09:00"), counsellor=ALICE)
    visitor, seen = Visitor(app), 0
    if who == "client":
        visitor.get(f"/mitte/a/{code}")
    for address in addresses(app):
        if address.startswith(("/staff", "/demo", "/api", "/static", "/mitte/widget")):
            continue
        page = visitor.client.get(address, base_url=BASE, headers={"Accept-Language": "de"})
        if not page.content_type.startswith("text/html") or 300 <= page.status_code < 400:
            continue
        seen += 1
        assert 'href="/leave"' in page.text, address
        for resource in RESOURCE.findall(page.text):
            assert not resource.startswith(("http:", "https:", "//")), (address, resource)
    assert seen > 10
