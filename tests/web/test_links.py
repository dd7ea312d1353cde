"""Signed links from mails: GET shows, POST acts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assisto_caldav.domain.appointment import Appointment, State, Undo
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm, reschedule
from assisto_caldav.usecases.links import LinkKind, make_link
from tests.office import ALICE, MONDAY, Office, at, make_details, send_request
from tests.web.visitor import BASE, Visitor, words


def address(office: Office, kind: LinkKind, made: Appointment) -> str:
    facts = {"id": made.id, "end": made.end, "counsellor": made.counsellor}
    return make_link(office.ports, kind, facts).removeprefix(BASE)


def stored(office: Office, made: Appointment) -> Appointment:
    with office.ports.database.reading() as unit:
        found = unit.appointments.get(made.id)
    assert found is not None
    return found


@pytest.fixture
def made(office: Office) -> Appointment:
    details = make_details(name="Olaf", email="olaf@post.example", text="Geheim")
    return send_request(office, details=details)[0]


def test_a_link_leaves_the_address_and_changes_nothing(
    office: Office, alice: Visitor, made: Appointment
) -> None:
    first = alice.get(address(office, LinkKind.STAFF_ANSWER, made), follow_redirects=False)

    assert first.headers["Location"] == "/l/"
    assert "Path=/l/" in first.headers["Set-Cookie"]
    page = alice.get("/l/")
    assert "Passt Ihnen dieser Termin?" in words(page)
    assert stored(office, made).state is State.REQUESTED


def test_a_staff_link_tells_time_and_sign_alone(
    office: Office, mallory: Visitor, made: Appointment
) -> None:
    page = mallory.get(address(office, LinkKind.STAFF_ANSWER, made))

    assert made.sign in words(page)
    for secret in ("Olaf", "olaf@", "Geheim", "Sucht"):
        assert secret not in page.text


@pytest.mark.parametrize(
    ("button", "state"), [("Bestätigen", State.CONFIRMED), ("Ablehnen", State.DECLINED)]
)
def test_a_staff_link_answers_without_log_in(
    office: Office, mallory: Visitor, made: Appointment, button: str, state: State
) -> None:
    mallory.get(address(office, LinkKind.STAFF_ANSWER, made))

    page = mallory.press(button)

    assert page.status_code == 200
    assert stored(office, made).state is state


def test_a_staff_link_dies_once_answered(
    office: Office, mallory: Visitor, made: Appointment
) -> None:
    mallory.get(address(office, LinkKind.STAFF_ANSWER, made))
    open_page = mallory.page
    confirm(office.ports, Actor(ALICE, "caldav"), made.id)
    mallory.page = open_page

    page = mallory.press("Ablehnen")

    assert page.status_code == 409
    assert "schon beantwortet" in words(page)
    assert stored(office, made).state is State.CONFIRMED


def test_a_change_is_undone_by_its_link(
    office: Office, mallory: Visitor, made: Appointment
) -> None:
    undo = Undo(made.state, made.start, made.end, office.clock.now() + 600)
    with office.ports.database.writing() as unit:
        unit.appointments.update(replace(made, state=State.DECLINED, undo=undo))
    mallory.get(address(office, LinkKind.UNDO, made))

    page = mallory.press("Rückgängig machen")

    assert "rückgängig gemacht" in words(page)
    assert stored(office, made).state is State.REQUESTED


def test_a_client_link_shows_the_time_and_no_words(
    office: Office, olaf: Visitor, made: Appointment
) -> None:
    confirm(office.ports, Actor(ALICE, "web"), made.id, text="Vertraulich")

    page = olaf.get(address(office, LinkKind.CLIENT, made))

    assert "09:00 bis 09:50" in words(page)
    for secret in ("Geheim", "Vertraulich", "Olaf"):
        assert secret not in page.text


def test_a_client_cancels_by_link(office: Office, olaf: Visitor, made: Appointment) -> None:
    confirm(office.ports, Actor(ALICE, "web"), made.id)
    olaf.get(address(office, LinkKind.CLIENT, made))

    page = olaf.press("Termin absagen")

    assert "von Ihnen abgesagt" in words(page)
    assert stored(office, made).state is State.CANCELLED_BY_CLIENT


def test_a_client_accepts_a_proposal_by_link(
    office: Office, olaf: Visitor, made: Appointment
) -> None:
    reschedule(office.ports, Actor(ALICE, "web"), made.id, start=at(MONDAY, "11:00"))
    olaf.get(address(office, LinkKind.CLIENT, made))

    page = olaf.press("Diese Zeit passt")

    assert "bestätigt" in words(page)
    assert stored(office, made).state is State.CONFIRMED


def test_a_client_link_does_not_tell_what_can_be_undone(
    office: Office, olaf: Visitor, made: Appointment
) -> None:
    undo = Undo(made.state, made.start, made.end, office.clock.now() + 600)
    with office.ports.database.writing() as unit:
        unit.appointments.update(replace(made, state=State.DECLINED, undo=undo))

    page = olaf.get(address(office, LinkKind.CLIENT, made))

    assert "angefragt" in words(page)
    assert "nicht angenommen" not in words(page)


def test_a_stranger_takes_their_address_off(
    office: Office, mallory: Visitor, made: Appointment
) -> None:
    mallory.get(address(office, LinkKind.NOT_ME, made))

    page = mallory.press("Adresse löschen")

    assert "An diese Adresse geht keine Nachricht mehr." in words(page)
    assert stored(office, made).has_email is False
    assert stored(office, made).state is State.REQUESTED


@pytest.mark.parametrize("token", ["x", "eyJwIjoiY2xpZW50In0.x"])
def test_a_forged_link_is_none(mallory: Visitor, token: str) -> None:
    page = mallory.get(f"/l/{token}")

    assert page.status_code == 404


def test_a_link_is_no_other_links_act(office: Office, olaf: Visitor, made: Appointment) -> None:
    olaf.get(address(office, LinkKind.CLIENT, made))

    page = olaf.post("/l/", {"csrf": olaf.token(), "act": "confirm", "start": made.start})

    assert page.status_code == 400
    assert stored(office, made).state is State.REQUESTED
