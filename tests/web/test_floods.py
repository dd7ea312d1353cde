"""A hundred wrong codes, log-ins, registrations: slowed down, told how long, none locked out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.office import ALICE, MONDAY, Office, at, send_request
from tests.web.conftest import PASSWORDS
from tests.web.visitor import Visitor, words

FLOOD = 100
WRONG = "ein falsches Passwort"


def from_address(visitor: Visitor, number: int) -> Visitor:
    visitor.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
    return visitor


def guess_code(visitor: Visitor, number: int) -> int:
    visitor.get("/mitte/code")
    return visitor.press("Termin ansehen", code=f"7F3K-9QXA-{number:04d}").status_code


def guess_staff(visitor: Visitor, number: int) -> int:
    visitor.get("/staff/login")
    login = f"nobody{number}@mitte.example"
    return visitor.press("Anmelden", login=login, password=WRONG).status_code


def guess_client(visitor: Visitor, number: int) -> int:
    visitor.get("/mitte/account/login")
    return visitor.press("Anmelden", pseudonym=f"Grace {number}", password=WRONG).status_code


def register(visitor: Visitor, number: int) -> int:
    visitor.client.delete_cookie("__Secure-client", path="/mitte/", domain="termine.example")
    visitor.get("/mitte/account/register")
    return visitor.press("Konto anlegen", pseudonym=f"Grace {number}", password=WRONG).status_code


FLOODS: dict[str, tuple[Callable[[Visitor, int], int], int]] = {
    "codes": (guess_code, 20),
    "staff": (guess_staff, 30),
    "clients": (guess_client, 30),
    "registrations": (register, 20),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_hundred_from_one_address_are_slowed_and_told_how_long(app: Flask, flood: str) -> None:
    act, most = FLOODS[flood]
    one = from_address(Visitor(app), 1)

    found = [act(one, number) for number in range(FLOOD)]

    assert 429 not in found[:most]
    assert set(found[most + 1 :]) == {429}
    assert int(one.page.headers["Retry-After"]) > 0
    assert "Einen Augenblick bitte" in words(one.page)
    assert act(from_address(Visitor(app), 2), FLOOD) != 429


@pytest.mark.parametrize("flood", FLOODS)
def test_a_hundred_from_a_hundred_addresses_lock_out_nobody(app: Flask, flood: str) -> None:
    act, _most = FLOODS[flood]

    found = [act(from_address(Visitor(app), number), number) for number in range(1, FLOOD)]

    assert 429 not in found


def test_after_a_flood_of_codes_a_right_one_passes_at_once(app: Flask, office: Office) -> None:
    _made, code = send_request(office, at(MONDAY, "09:00"), counsellor=ALICE)
    one = from_address(Visitor(app), 1)
    for number in range(FLOOD):
        guess_code(one, number)

    one.get("/mitte/code")
    assert "Ihr Termin" in words(one.press("Termin ansehen", code=code))


def test_after_a_flood_of_log_ins_a_colleague_waits_and_is_in(app: Flask, office: Office) -> None:
    mallory = from_address(Visitor(app), 1)
    for number in range(FLOOD):
        guess_staff(mallory, number)
    alice = from_address(Visitor(app), 1)
    alice.get("/staff/login")
    page = alice.press("Anmelden", login=ALICE, password=PASSWORDS[ALICE])
    assert page.status_code == 429
    assert "Bitte warten Sie 180 Sekunden" in words(page)
    assert PASSWORDS[ALICE] not in page.text

    office.clock.advance(180)
    page = alice.press("Weiter", password=PASSWORDS[ALICE])

    assert page.status_code == 200
    assert page.request.path == "/staff/"


def test_after_a_flood_of_log_ins_a_client_waits_and_is_in(app: Flask, office: Office) -> None:
    grace = from_address(Visitor(app), 1)
    register(grace, 1)
    for number in range(2, FLOOD):
        guess_client(grace, number)
    other = from_address(Visitor(app), 1)
    other.get("/mitte/account/login")
    page = other.press("Anmelden", pseudonym="Grace 1", password=WRONG)
    assert page.status_code == 429

    office.clock.advance(180)
    page = other.press("Weiter", password=WRONG)

    assert "Angemeldet als Grace 1." in words(page)
