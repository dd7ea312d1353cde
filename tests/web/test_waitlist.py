"""The waiting list on the page of an appointment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assisto_caldav.domain.appointment import State
from assisto_caldav.usecases.client_acts import cancel_by_client
from assisto_caldav.usecases.waitlist import look_up_waiting, offer_freed
from tests.appointments import appointment
from tests.office import MONDAY, Office, at, make_details, send_request
from tests.web.visitor import Visitor, words

NINE, TEN = at(MONDAY, "09:00"), at(MONDAY, "10:00")
EARLIER = "Eine frühere Zeit ist frei geworden: Montag, 7. Dezember 2026, 09:00 bis 09:50 Uhr"


@pytest.fixture
def page(office: Office, olaf: Visitor) -> tuple[str, str, str]:
    """Olaf has ten o'clock, Erna nine; return his id, Erna's code and his."""
    _, ernas = send_request(office, NINE)
    made, code = send_request(office, TEN, details=make_details(email="olaf@post.example"))
    olaf.get(f"/mitte/a/{code}")
    return made.id, ernas, code


def free_nine(office: Office, code: str, olafs: str) -> None:
    """Let earlier days be gone, then free Erna's time."""
    cancel_by_client(office.ports, institution="mitte", code=code, via="web")
    office.clock.instant = NINE - 48 * 3600
    offer_freed(office.ports)
    entry = look_up_waiting(office.ports, olafs)
    assert entry
    assert entry.offer


def test_waiting_begins_and_ends_with_a_press(
    office: Office, olaf: Visitor, page: tuple[str, str, str]
) -> None:
    assert "Früher, wenn etwas frei wird" in words(olaf.page)

    joined = words(olaf.press("Auf die Warteliste"))
    assert "auf der Warteliste" in joined
    assert "Sie bekommen dann auch eine Mail." in joined

    left = words(olaf.press("Nicht mehr warten"))
    assert "auf der Warteliste" not in left
    assert look_up_waiting(office.ports, page[0]) is None


def test_an_earlier_time_is_asked_for_with_a_press(
    office: Office, olaf: Visitor, page: tuple[str, str, str]
) -> None:
    olaf.press("Auf die Warteliste")
    free_nine(office, page[1], page[0])

    shown = words(olaf.get(f"/mitte/a/{page[2]}"))
    assert EARLIER in shown
    assert "gilt Ihr Termin am Montag, 7. Dezember 2026, 10:00 Uhr nicht mehr" in shown
    after = words(olaf.press("Frühere Zeit anfragen"))

    assert "Wann Montag, 7. Dezember 2026, 09:00 bis 09:50 Uhr" in after
    moved = appointment(office, page[0])
    assert (moved.state, moved.start) == (State.REQUESTED, NINE)


def test_whoever_waits_on_keeps_their_appointment(
    office: Office, olaf: Visitor, page: tuple[str, str, str]
) -> None:
    olaf.press("Auf die Warteliste")
    free_nine(office, page[1], page[0])
    olaf.get(f"/mitte/a/{page[2]}")

    after = words(olaf.press("Nein, ich warte weiter"))

    assert "auf der Warteliste" in after
    assert EARLIER not in after
    assert appointment(office, page[0]).start == TEN


def test_who_comes_too_late_reads_what_holds(
    office: Office, olaf: Visitor, page: tuple[str, str, str]
) -> None:
    centre = office.institution()
    office.configure(replace(centre, limits=replace(centre.limits, waitlist_offer_minutes=10)))
    olaf.press("Auf die Warteliste")
    free_nine(office, page[1], page[0])
    olaf.get(f"/mitte/a/{page[2]}")
    office.clock.advance(11 * 60)

    after = words(olaf.press("Frühere Zeit anfragen"))

    assert "Inzwischen hat sich etwas geändert." in after
    assert appointment(office, page[0]).start == TEN


@pytest.mark.parametrize("sent", [{}, {"act": "dance"}, {"act": "accept"}, {"act": "refuse"}])
def test_half_a_form_is_refused(
    olaf: Visitor, page: tuple[str, str, str], sent: dict[str, str]
) -> None:
    csrf = olaf.token()

    assert olaf.post("/mitte/a/waitlist", {"csrf": csrf, **sent}).status_code == 400


def test_without_a_code_the_code_is_asked_for(mallory: Visitor) -> None:
    csrf = mallory.token()

    page = mallory.post("/mitte/a/waitlist", {"csrf": csrf, "act": "join"})

    assert page.request.path == "/mitte/code"
