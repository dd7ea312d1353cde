"""Messages on the client's page and on the staff's."""

from __future__ import annotations

import pytest

from tests.office import ALICE, MONDAY, Office, at, send_request
from tests.web.visitor import Visitor, words


def test_a_message_is_written_read_and_answered(
    office: Office, olaf: Visitor, alice: Visitor
) -> None:
    made, code = send_request(office, at(MONDAY, "09:00"), counsellor=ALICE)
    olaf.get(f"/mitte/a/{code}")
    assert "Das liest niemand sofort." in words(olaf.page)
    olaf.press("Nachricht senden", message="Darf ich <b>jemanden</b> mitbringen?")
    assert "Ungelesen: 1" in words(alice.get("/staff/messages"))

    alice.follow("Montag, 7. Dezember")
    assert "Darf ich &lt;b&gt;jemanden" in alice.page.text
    alice.press("Nachricht senden", message="Gern.")

    assert "(neu) Gern." in words(olaf.get("/mitte/a/"))
    assert "(neu)" not in words(olaf.get("/mitte/a/"))
    assert "(gelesen)" in words(alice.get(f"/staff/appointments/{made.id}/messages"))


def test_an_empty_message_is_told_on_both_sides(
    office: Office, olaf: Visitor, alice: Visitor
) -> None:
    made, code = send_request(office, at(MONDAY, "09:00"), counsellor=ALICE)
    olaf.get(f"/mitte/a/{code}")
    alice.get(f"/staff/appointments/{made.id}/messages")

    for page in (olaf.press("Nachricht senden"), alice.press("Nachricht senden")):
        assert page.status_code == 400
        assert "Bitte schreiben Sie etwas." in words(page)


def test_a_message_that_is_too_long_is_not_lost(office: Office, olaf: Visitor) -> None:
    _, code = send_request(office, at(MONDAY, "09:00"))
    olaf.get(f"/mitte/a/{code}")

    page = olaf.press("Nachricht senden", message="x" * 5001)

    assert page.status_code == 400
    assert "x" * 5001 in page.text


@pytest.mark.parametrize("who", ["bob", "frank", "carol"])
def test_colleagues_read_no_messages(
    office: Office, who: str, request: pytest.FixtureRequest
) -> None:
    made, _ = send_request(office, at(MONDAY, "09:00"), counsellor=ALICE)
    visitor: Visitor = request.getfixturevalue(who)

    page = visitor.get(f"/staff/appointments/{made.id}/messages")

    assert page.status_code in (403, 404)
