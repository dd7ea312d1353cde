"""A further appointment on the staff's pages and on the client's."""

from __future__ import annotations

import re

import pytest

from assisto_caldav.domain.appointment import State
from tests.appointments import appointment
from tests.office import ALICE, MONDAY, Office, at, make_details, send_request
from tests.web.visitor import Visitor, words

NINE = at(MONDAY, "09:00")


def form(office: Office, alice: Visitor, email: str = "") -> str:
    made, _ = send_request(office, NINE, counsellor=ALICE, details=make_details(email=email))
    alice.get(f"/staff/appointments/{made.id}")
    alice.follow("Weiteren Termin anbieten")
    return made.id


def offered(alice: Visitor) -> tuple[str, str]:
    """Offer Tuesday at five; return the offer's address and its code."""
    page = alice.press("Termin anbieten", day="2026-12-08", time="17:00")
    code = re.search(r'class="code"[^>]*>([^<]+)<', page.text)
    link = re.search(r'href="(/staff/appointments/[^"/]+)">Zum angebotenen', page.text)
    assert code, words(page)
    assert link
    return link[1], code[1]


def test_an_offer_is_made_told_and_accepted(office: Office, alice: Visitor, olaf: Visitor) -> None:
    form(office, alice)
    address, code = offered(alice)
    assert "Ohne den Code erfährt sie von dem Angebot nichts." in words(alice.page)

    page = olaf.get(f"/mitte/a/{code}")
    assert "angeboten, wartet auf Ihre Antwort" in words(page)
    assert "Die Beratungsstelle hat Ihnen diesen Termin angeboten." in words(page)
    page = olaf.press("Diese Zeit passt")

    assert "bestätigt" in words(page)
    assert appointment(office, address.rpartition("/")[2]).state is State.CONFIRMED


def test_an_offer_is_refused(office: Office, alice: Visitor, olaf: Visitor) -> None:
    form(office, alice)
    address, code = offered(alice)
    olaf.get(f"/mitte/a/{code}")

    olaf.press("Diese Zeit passt nicht")

    assert appointment(office, address.rpartition("/")[2]).state is State.DECLINED


def test_an_offer_is_taken_back(office: Office, alice: Visitor) -> None:
    form(office, alice, email="olaf@post.example")
    address, _ = offered(alice)
    assert "Außerdem geht eine Mail" in words(alice.page)
    alice.get(address)

    page = alice.press("Angebot zurücknehmen")

    assert "abgelehnt" in words(page)
    assert "Angebot zurücknehmen" not in page.text


@pytest.mark.parametrize(
    ("day", "time", "status", "said"),
    [
        ("2026-12-07", "09:10", 409, "schon etwas anderes eingetragen"),
        ("2026-11-29", "09:00", 400, "Diese Zeit ist schon vorbei."),
        ("2026-12-25", "09:00", 400, "An diesem Tag ist geschlossen."),
        ("2036-12-01", "09:00", 400, "Bitte höchstens ein Jahr im Voraus."),
        ("", "09:00", 400, "Bitte geben Sie Tag und Uhrzeit an."),
    ],
)
def test_a_time_that_cannot_be_is_told_and_nothing_is_lost(
    office: Office, alice: Visitor, day: str, time: str, status: int, said: str
) -> None:
    form(office, alice)

    page = alice.press("Termin anbieten", day=day, time=time)

    assert page.status_code == status
    assert said in words(page)
    assert f'value="{time}"' in page.text
    assert f'value="{day}"' in page.text


@pytest.mark.parametrize("who", ["bob", "frank", "carol"])
def test_colleagues_offer_nothing(
    office: Office, alice: Visitor, who: str, request: pytest.FixtureRequest
) -> None:
    name = form(office, alice)
    visitor: Visitor = request.getfixturevalue(who)
    token = visitor.token()

    page = visitor.post(
        f"/staff/appointments/{name}/offer",
        {"csrf": token, "day": "2026-12-08", "time": "17:00", "once": "1"},
    )

    assert page.status_code in (403, 404)
