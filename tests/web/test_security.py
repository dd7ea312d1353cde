"""Headers, cookies, where a form comes from, and the quick exit."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from flask import Flask

from assisto_caldav.errors import UnavailableError
from assisto_web.security import network
from tests.office import ALICE, Office, send_request
from tests.web.visitor import BASE, Visitor, plain, title, words

PAGES = ["/", "/mitte/", "/mitte/code", "/mitte/book/s1/video/", "/staff/login", "/nowhere/"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_closed(olaf: Visitor, address: str) -> None:
    headers = olaf.get(address).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", PAGES)
def test_nothing_on_a_page_is_inline_or_foreign(olaf: Visitor, address: str) -> None:
    page = olaf.get(address).text

    assert "<style" not in page
    assert " style=" not in page
    assert "onclick" not in page
    for source in ("http://", "https://", 'src="//'):
        assert f'src="{source}' not in page
        assert f'<link rel="stylesheet" href="{source}' not in page


def test_titles_betray_nothing(office: Office, olaf: Visitor) -> None:
    _, code = send_request(office)
    addresses = [*PAGES, f"/mitte/a/{code}", "/mitte/book/s1/video/2026-12-07/"]

    for address in addresses:
        shown = title(olaf.get(address))

        for word in ("Beratung", "Mitte", "Sucht", "Gespräch"):
            assert word not in shown


def test_a_form_without_proof_is_refused(olaf: Visitor) -> None:
    olaf.get("/mitte/code")

    answers = [
        olaf.post("/mitte/code", {"code": "x", **proof}).status_code
        for proof in ({}, {"csrf": "guessed"}, {"csrf": "ungültig"})
    ]

    assert answers == [400, 400, 400]


def test_a_proof_is_no_other_browsers(olaf: Visitor, mallory: Visitor) -> None:
    token = mallory.token()
    olaf.get("/mitte/code")

    page = olaf.post("/mitte/code", {"csrf": token, "code": "x"})

    assert page.status_code == 400


def test_a_new_browser_can_send_the_first_form_it_sees(olaf: Visitor) -> None:
    olaf.get("/mitte/code")

    page = olaf.press("Termin ansehen", code="x")

    assert page.status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://termine.example:81"},
    ],
)
def test_a_form_on_a_foreign_page_is_refused(olaf: Visitor, headers: dict[str, str]) -> None:
    token = olaf.token()

    page = olaf.post("/mitte/code", {"csrf": token, "code": "x"}, headers=headers)

    assert page.status_code == 403


def test_cookies_are_not_for_scripts_nor_for_others(office: Office, app: Flask) -> None:
    _, code = send_request(office)
    client = app.test_client()

    answers = [
        client.get("/mitte/code", base_url=BASE),
        client.get(f"/mitte/a/{code}", base_url=BASE),
    ]

    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert len(cookies) >= 2
    for cookie in cookies:
        for flag in ("HttpOnly", "Secure", "SameSite=Lax"):
            assert flag in cookie


def test_cookies_are_taken_from_this_very_host_alone(office: Office, app: Flask) -> None:
    _, code = send_request(office)
    client = app.test_client()

    answers = [
        client.get("/mitte/code", base_url=BASE),
        client.get(f"/mitte/a/{code}", base_url=BASE),
        client.get("/leave", base_url=BASE),
    ]

    for cookie in (one for answer in answers for one in answer.headers.getlist("Set-Cookie")):
        is_narrow = cookie.startswith(("__Secure-client=", "__Secure-code=", "__Secure-link="))
        assert is_narrow or (cookie.startswith("__Host-") and "; Path=/;" in f"{cookie};")
        assert "; Secure" in cookie
        assert "Domain=" not in cookie


def test_without_tls_cookies_have_plain_names_and_nothing_insists_on_tls(
    office: Office, app: Flask
) -> None:
    config = office.config.config
    server = replace(config.server, public_url="http://127.0.0.1:8000")
    office.config.config = replace(config, server=server)

    answer = app.test_client().get("/mitte/code")

    assert answer.headers["Set-Cookie"].startswith("visitor=")
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("address", [*PAGES, "/api/openapi.json"])
def test_over_tls_browsers_are_told_to_stay_there(olaf: Visitor, address: str) -> None:
    assert olaf.get(address).headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_proxy_may_give_us_a_name_of_its_own(app: Flask) -> None:
    client = app.test_client()
    inside = "http://127.0.0.1:8000"
    cookie = client.get("/mitte/code", base_url=inside).headers["Set-Cookie"].partition(";")[0]
    page = client.get("/mitte/code", base_url=inside, headers={"Cookie": cookie}).text
    proof = page.partition('name="csrf" value="')[2].partition('"')[0]

    answers = [
        client.post(
            "/mitte/code",
            base_url=inside,
            data={"csrf": proof, "code": "x"},
            headers={"Origin": origin, "Cookie": cookie},
        ).status_code
        for origin in (BASE, "https://evil.example")
    ]

    assert answers == [404, 403]


def test_quick_exit_forgets_the_visit(office: Office, olaf: Visitor) -> None:
    _, code = send_request(office)
    olaf.get(f"/mitte/a/{code}")

    answer = olaf.get("/leave", follow_redirects=False)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert olaf.get("/mitte/a/").request.path == "/mitte/code"


def test_quick_exit_is_on_every_client_page(olaf: Visitor) -> None:
    for address in PAGES:
        assert 'href="/leave"' in olaf.get(address).text


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", ""]
)
def test_a_change_of_language_leads_nowhere_else(olaf: Visitor, back: str) -> None:
    token = olaf.token()

    page = olaf.post(
        "/language", {"csrf": token, "lang": "en", "back": back}, follow_redirects=False
    )

    assert page.status_code == 302
    assert page.headers["Location"] == "/"


def test_an_address_that_cannot_be_asked_says_so(olaf: Visitor) -> None:
    page = olaf.get("/mitte/book/hold")

    assert page.status_code == 405
    assert page.headers["Allow"]
    assert "Das hat nicht geklappt" in words(page)


def test_an_error_inside_a_centre_keeps_its_help(olaf: Visitor) -> None:
    page = olaf.get("/mitte/text/nothing")

    assert "In Not: 112." in plain(page.text).replace(" .", ".")
    assert 'href="/mitte/"' in page.text


def test_a_form_too_large_is_told(olaf: Visitor) -> None:
    token = olaf.token()

    page = olaf.post("/mitte/code", {"csrf": token, "code": "x" * 400_000})

    assert page.status_code == 413
    assert "Das ist zu viel Text." in words(page)


def test_an_unexpected_error_logs_no_path(
    office: Office, app: Flask, olaf: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    _, code = send_request(office)

    def fail(**arguments: str) -> None:
        raise RuntimeError("a bug")

    app.view_functions["public.arrive"] = fail

    with caplog.at_level(logging.DEBUG):
        answer = olaf.client.get(f"/mitte/a/{code}?secret=1", base_url=BASE)

    assert answer.status_code == 500
    assert "/<institution_id>/a/<code>" in caplog.text
    assert code not in caplog.text
    assert "secret=1" not in caplog.text


def test_a_storage_that_is_away_is_told(
    office: Office, app: Flask, olaf: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise UnavailableError("busy")

    monkeypatch.setattr(office.database, "reading", away)

    page = olaf.get("/mitte/")
    health = olaf.get("/healthz")
    interface = olaf.get("/api/v1/mitte/slots?service=s1&from=2026-12-07&to=2026-12-07")

    assert (page.status_code, health.status_code, interface.status_code) == (503, 503, 503)
    assert "Bitte versuchen Sie es in einer Minute noch einmal." in words(page)
    assert page.headers["Retry-After"] == interface.headers["Retry-After"] == "5"
    assert interface.json["type"] == "/api/v1/problems/unavailable"


def test_health_says_nothing_about_people(office: Office, mallory: Visitor) -> None:
    page = mallory.get("/healthz")

    assert (page.status_code, page.text) == (200, "ok\n")
    assert ALICE not in page.text


def test_a_network_of_ipv6_is_its_first_half(app: Flask) -> None:
    seen = set()
    for address in ("2001:db8::1", "2001:db8::ffff:2", "192.0.2.1", ""):
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            seen.add(network())

    assert seen == {"2001:db8::/64", "192.0.2.1", ""}


def test_a_redirect_names_no_host(olaf: Visitor) -> None:
    answer = olaf.client.get("/mitte", headers={"Host": "evil.example"})

    assert answer.status_code == 308
    assert answer.headers["Location"] == "/mitte/"
