"""Accounts on the web: in the form, at the log-in, and what is in them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from assisto_caldav.domain.institution import Identification
from tests.office import ALICE, Office
from tests.web.test_booking import reach_form
from tests.web.visitor import Visitor, words

GRACE = {"pseudonym": "Grace", "password": "ein ganzer langer Satz"}
RECOVERY = re.compile(r'<p class="code" translate="no" aria-hidden="true">([0-9A-Z-]{14})<')


def register(visitor: Visitor) -> str:
    visitor.get("/mitte/account/register")
    found = RECOVERY.search(visitor.press("Konto anlegen", **GRACE).text)
    assert found
    return found[1]


def only(office: Office, way: Identification) -> None:
    office.configure(replace(office.institution(), identification=frozenset({way})))


def test_a_request_with_a_new_account_shows_its_recovery_code_once(
    app: Flask, office: Office, olaf: Visitor
) -> None:
    reach_form(olaf)
    page = olaf.press("Anfrage senden", who="register", **GRACE)
    assert "Ihr Wiederherstellungscode" in words(page)
    assert RECOVERY.search(page.text)

    arrived = olaf.follow("Weiter")
    assert "Ihre Anfrage ist angekommen." in words(arrived)
    assert "Ihr Zugangscode" not in words(arrived)
    account = olaf.follow("Zu meinen Terminen")
    assert "Angemeldet als Grace." in words(account)
    assert not RECOVERY.search(account.text)
    assert "Ihr Termin" in words(olaf.press("Termin ansehen"))

    other = Visitor(app)
    other.get("/mitte/account/")
    other.press("Anmelden", **GRACE)
    assert "Montag, 7. Dezember" in words(other.page)


def test_who_is_logged_in_need_not_say_it_again(office: Office, olaf: Visitor) -> None:
    register(olaf)
    reach_form(olaf)
    assert "Angemeldet als Grace." in words(olaf.page)

    olaf.press("Anfrage senden")

    assert "Sie sehen den Termin auch in Ihrem Konto." in words(olaf.page)
    with office.ports.database.reading() as unit:
        (made,) = unit.appointments.of_counsellors([ALICE], ["requested"])
    assert made.client


def test_a_wrong_password_in_the_form_loses_nothing(olaf: Visitor) -> None:
    register(olaf)
    olaf.get("/mitte/account/")
    olaf.press("Abmelden")
    reach_form(olaf)

    page = olaf.press(
        "Anfrage senden",
        who="login",
        pseudonym="Grace",
        password="falsch und lang",
        text="Mein Text",
    )

    assert page.status_code == 401
    assert "Name oder Passwort stimmt nicht." in words(page)
    form, _button = olaf.find("Anfrage senden")
    assert form.fields["text"] == ["Mein Text"]
    assert form.fields["who"] == ["login"]
    assert form.fields["pseudonym"] == ["Grace"]
    assert form.fields["password"] == [""]


def test_an_error_elsewhere_makes_no_account(office: Office, olaf: Visitor) -> None:
    reach_form(olaf)
    page = olaf.press("Anfrage senden", who="register", email="kein Postfach", **GRACE)
    assert page.status_code == 422

    olaf.get("/mitte/account/login")
    assert olaf.press("Anmelden", **GRACE).status_code == 401


def test_a_name_that_is_taken_is_told(app: Flask, olaf: Visitor) -> None:
    register(olaf)
    other = Visitor(app)
    other.get("/mitte/account/register")

    page = other.press("Konto anlegen", pseudonym="grace", password="etwas anderes Langes")

    assert page.status_code == 422
    assert "Diesen Namen hat schon jemand." in words(page)


def test_the_recovery_code_opens_the_account_and_a_wrong_one_does_not(
    app: Flask, olaf: Visitor
) -> None:
    code = register(olaf)
    other = Visitor(app)
    other.get("/mitte/account/recover")
    new = "ein neuer langer Satz"

    page = other.press("Neues Passwort speichern", code="7F3K-9QXA-24MN", password=new)
    assert page.status_code == 401
    assert "Diesen Wiederherstellungscode gibt es nicht." in words(page)
    page = other.press("Neues Passwort speichern", code=code, password="kurz")
    assert page.status_code == 422
    assert "Das Passwort ist zu kurz." in words(page)
    page = other.press("Neues Passwort speichern", code=code, password=new)
    assert RECOVERY.search(page.text)
    assert "Angemeldet als Grace." in words(other.follow("Weiter"))


def test_another_recovery_code_at_a_press(olaf: Visitor) -> None:
    code = register(olaf)
    olaf.get("/mitte/account/")

    found = RECOVERY.search(olaf.press("Neuer Wiederherstellungscode").text)

    assert found
    assert found[1] != code


def test_the_account_is_deleted_with_what_is_in_it(office: Office, olaf: Visitor) -> None:
    register(olaf)
    reach_form(olaf)
    olaf.press("Anfrage senden")
    olaf.get("/mitte/account/")

    olaf.follow("Konto und Daten jetzt löschen")
    page = olaf.press("Jetzt löschen")

    assert "Ihr Konto ist gelöscht." in words(page)
    with office.ports.database.reading() as unit:
        assert unit.appointments.of_counsellors([ALICE], ["requested"]) == []
    assert "Anmelden" in words(olaf.get("/mitte/account/"))
    assert "Ihr Zugangscode" in words(olaf.get("/mitte/a/"))


def test_too_many_in_one_week_is_told_and_nothing_is_lost(office: Office, olaf: Visitor) -> None:
    limits = replace(office.institution().limits, appointments_per_week=1)
    office.configure(replace(office.institution(), limits=limits))
    register(olaf)
    reach_form(olaf)
    olaf.press("Anfrage senden")
    olaf.get("/mitte/book/s1/video/2026-12-07/")
    olaf.press("10:00 bis")

    page = olaf.press("Anfrage senden", text="Noch einer")

    assert page.status_code == 429
    assert "In dieser Woche haben Sie schon genug Termine." in words(page)
    assert "Noch einer" in page.text


def test_too_many_open_requests_are_told(office: Office, olaf: Visitor) -> None:
    limits = replace(office.institution().limits, open_requests_per_client=1)
    office.configure(replace(office.institution(), limits=limits))
    register(olaf)
    reach_form(olaf)
    olaf.press("Anfrage senden")
    olaf.get("/mitte/book/s1/video/2026-12-07/")
    olaf.press("10:00 bis")

    page = olaf.press("Anfrage senden")

    assert page.status_code == 429
    assert "Sie haben schon einige Anfragen, die noch offen sind." in words(page)


def test_where_there_are_only_codes_nothing_speaks_of_accounts(
    office: Office, olaf: Visitor
) -> None:
    only(office, Identification.ACCESS_CODE)
    reach_form(olaf)

    assert "Konto" not in olaf.page.text
    for address in ("", "login", "register", "recover", "delete"):
        assert olaf.get(f"/mitte/account/{address}").status_code == 404


def test_where_there_are_only_accounts_it_takes_one(office: Office, olaf: Visitor) -> None:
    only(office, Identification.ACCOUNT)
    reach_form(olaf)
    form, _button = olaf.find("Anfrage senden")
    assert form.fields["who"] == ["register"]
    assert 'id="f-who-code"' not in olaf.page.text

    page = olaf.press("Anfrage senden", who="code")

    assert page.status_code == 422
    assert "Hier braucht es ein Konto." in words(page)


@pytest.mark.parametrize("address", ["", "delete"])
def test_nobody_is_sent_to_the_log_in(mallory: Visitor, address: str) -> None:
    assert "Anmelden" in words(mallory.get(f"/mitte/account/{address}"))


def test_one_centres_log_in_is_not_anothers(olaf: Visitor) -> None:
    register(olaf)
    cookie = olaf.client.get_cookie("__Secure-client", path="/mitte/", domain="termine.example")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.secure

    olaf.client.set_cookie("__Secure-client", cookie.value, path="/nord/", domain="termine.example")

    assert "Anmelden" in words(olaf.get("/nord/account/"))


def test_leaving_quickly_logs_out(olaf: Visitor) -> None:
    register(olaf)
    olaf.get("/leave", follow_redirects=False)

    assert "Anmelden" in words(olaf.get("/mitte/account/"))


def test_a_password_stands_in_no_page_between(office: Office, olaf: Visitor) -> None:
    visitors = replace(office.config.config.visitors, registrations_per_network=0)
    office.config.config = replace(office.config.config, visitors=visitors)
    olaf.get("/mitte/account/register")

    page = olaf.press("Konto anlegen", **GRACE)

    assert page.status_code == 429
    assert "Einen Augenblick bitte" in words(page)
    assert GRACE["password"] not in page.text
    office.clock.advance(60)
    page = olaf.press("Weiter", password=GRACE["password"])
    assert RECOVERY.search(page.text)
