"""One appointment as its client sees it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assisto_caldav.domain.appointment import Appointment, Deletion, State, Undo
from assisto_caldav.domain.channel import Channel
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import cancel, confirm, decline, reschedule
from assisto_web.access_codes import GUESSES
from tests.office import ALICE, MONDAY, Office, at, make_details, send_request
from tests.web.visitor import BASE, Visitor, words

STAFF = Actor(ALICE, "web")


def enter(visitor: Visitor, code: str) -> str:
    return words(visitor.get(f"/mitte/a/{code}"))


def state_of(office: Office, appointment: Appointment) -> State:
    with office.ports.database.reading() as unit:
        found = unit.appointments.get(appointment.id)
    assert found is not None
    return found.state


def test_the_code_leaves_the_address_at_once(office: Office, olaf: Visitor) -> None:
    _, code = send_request(office)

    page = olaf.get(f"/mitte/a/{code}", follow_redirects=False)

    assert page.status_code == 302
    assert page.headers["Location"] == "/mitte/a/"
    assert code not in page.headers["Set-Cookie"].partition(";")[0].partition("=")[2]


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda code: code.replace("-", " ")])
def test_a_code_may_be_typed_in_any_way(office: Office, olaf: Visitor, change: object) -> None:
    _, code = send_request(office)
    olaf.get("/mitte/code")

    page = olaf.press("Termin ansehen", code=change(code))  # type: ignore[operator]  # str to str

    assert "angefragt, noch nicht bestätigt" in words(page)


def test_a_wrong_code_is_told_kindly(olaf: Visitor) -> None:
    olaf.get("/mitte/code")

    page = olaf.press("Termin ansehen", code="AAAA-BBBB-CCCC")

    assert page.status_code == 404
    assert "Bitte prüfen Sie die Zeichen." in words(page)


def test_a_code_of_another_centre_is_none(office: Office, mallory: Visitor) -> None:
    _, code = send_request(office)

    page = mallory.get(f"/nord/a/{code}")

    assert page.status_code == 404


def test_guessing_ends_and_a_known_code_still_opens(
    office: Office, olaf: Visitor, mallory: Visitor
) -> None:
    _, code = send_request(office)
    enter(olaf, code)

    answers = [
        mallory.get(f"/mitte/a/AAAA-BBBB-{number:04}").status_code for number in range(GUESSES + 1)
    ]

    assert answers == [404] * GUESSES + [429]
    assert mallory.page.headers["Retry-After"] == "60"
    assert mallory.get(f"/mitte/a/{code}").status_code == 200, "a shelter has one address"
    office.clock.advance(901)
    assert "Ihr Termin" in words(olaf.get("/mitte/a/"))


def test_a_forged_cookie_opens_nothing(office: Office, mallory: Visitor) -> None:
    _, code = send_request(office)
    mallory.client.set_cookie("code", code, domain="termine.example", path="/mitte/")

    page = mallory.get("/mitte/a/")

    assert page.request.path == "/mitte/code"


def test_the_way_back_ends_after_half_an_hour(office: Office, olaf: Visitor) -> None:
    _, code = send_request(office)
    enter(olaf, code)
    office.clock.advance(30 * 60)

    page = olaf.get("/mitte/a/")

    assert page.request.path == "/mitte/code"


def test_a_confirmed_appointment_shows_where(office: Office, olaf: Visitor) -> None:
    made, code = send_request(office, channel=Channel.ON_SITE)
    before = enter(olaf, code)
    confirm(office.ports, STAFF, made.id, text="Klingeln Sie bei Mitte.")

    shown = words(olaf.get("/mitte/a/"))

    assert "Hauptstraße 1" not in before
    assert "Hauptstraße 1" in shown
    assert "Klingeln Sie bei Mitte." in shown
    assert "bestätigt" in shown


def test_a_client_withdraws_a_request(office: Office, olaf: Visitor) -> None:
    made, code = send_request(office)
    enter(olaf, code)

    page = olaf.press("Anfrage zurückziehen")

    assert "zurückgezogen" in words(page)
    assert "Neuen Termin anfragen" in words(page)
    assert state_of(office, made) is State.WITHDRAWN


def test_a_client_cancels_what_was_agreed(office: Office, olaf: Visitor) -> None:
    made, code = send_request(office)
    confirm(office.ports, STAFF, made.id)
    enter(olaf, code)

    olaf.press("Termin absagen")

    assert state_of(office, made) is State.CANCELLED_BY_CLIENT


@pytest.mark.parametrize(
    ("button", "state"),
    [("Diese Zeit passt", State.CONFIRMED), ("Diese Zeit passt nicht", State.DECLINED)],
)
def test_a_client_answers_a_proposal(
    office: Office, olaf: Visitor, button: str, state: State
) -> None:
    made, code = send_request(office)
    reschedule(office.ports, STAFF, made.id, start=at(MONDAY, "11:00"))
    assert "11:00 bis 11:50" in enter(olaf, code)
    if button.endswith("nicht"):
        olaf.press("Diese Zeit passt nicht")
    else:
        olaf.press("Diese Zeit passt")

    assert state_of(office, made) is state


def test_nobody_accepts_a_time_they_have_not_seen(office: Office, olaf: Visitor) -> None:
    made, code = send_request(office)
    reschedule(office.ports, STAFF, made.id, start=at(MONDAY, "11:00"))
    enter(olaf, code)
    reschedule(office.ports, STAFF, made.id, start=at(MONDAY, "14:00"))

    page = olaf.press("Diese Zeit passt")

    assert page.status_code == 409
    assert "Inzwischen hat sich etwas geändert." in words(page)
    assert "14:00 bis 14:50" in words(page)
    assert state_of(office, made) is State.PROPOSED


def test_whoever_cancels_twice_sees_what_holds(office: Office, olaf: Visitor) -> None:
    made, code = send_request(office)
    enter(olaf, code)
    decline(office.ports, STAFF, made.id)

    page = olaf.press("Anfrage zurückziehen")

    assert page.status_code == 409
    assert "nicht angenommen" in words(page)


def test_an_answer_that_can_be_undone_is_not_told_yet(office: Office, olaf: Visitor) -> None:
    made, code = send_request(office)
    undo = Undo(made.state, made.start, made.end, office.clock.now() + 600)
    with office.ports.database.writing() as unit:
        unit.appointments.update(replace(made, state=State.DECLINED, undo=undo))

    shown = enter(olaf, code)

    assert "angefragt" in shown
    office.clock.advance(601)
    assert "nicht angenommen" in words(olaf.get("/mitte/a/"))


def test_a_deleted_appointment_stands_until_the_minutes_pass(office: Office, olaf: Visitor) -> None:
    made, code = send_request(office)
    confirm(office.ports, STAFF, made.id)
    with office.ports.database.writing() as unit:
        found = unit.appointments.get(made.id)
        assert found is not None
        unit.appointments.update(replace(found, deletion=Deletion.PENDING))

    assert "bestätigt" in enter(olaf, code)


def test_what_has_begun_offers_nothing(office: Office, olaf: Visitor) -> None:
    made, code = send_request(office)
    confirm(office.ports, STAFF, made.id)
    office.clock.advance(made.start - office.clock.now())

    shown = enter(olaf, code)

    assert "Termin absagen" not in shown
    assert "lässt sich hier nicht mehr ändern" in shown


def test_the_calendar_file_betrays_nothing(office: Office, olaf: Visitor) -> None:
    made, code = send_request(
        office, wants_ics=True, details=make_details(name="Olaf", email="olaf@post.example")
    )
    enter(olaf, code)
    assert "Kalenderdatei laden" in words(olaf.page)

    file = olaf.get("/mitte/a/termin.ics")

    assert file.headers["Content-Type"].startswith("text/calendar")
    assert 'filename="termin.ics"' in file.headers["Content-Disposition"]
    assert "SUMMARY:Termin\r\n" in file.text
    for secret in (
        "Olaf",
        "olaf",
        "Mitte",
        "ORGANIZER",
        "ATTENDEE",
        "URL",
        "Sucht",
        code,
        made.uid,
    ):
        assert secret not in file.text.replace("UID", ""), secret


def test_a_cancelled_appointment_says_who(office: Office, olaf: Visitor) -> None:
    made, code = send_request(office)
    confirm(office.ports, STAFF, made.id)
    cancel(office.ports, STAFF, made.id, text="Ich bin krank.")

    shown = enter(olaf, code)

    assert "von der Beratungsstelle abgesagt" in shown
    assert "Ich bin krank." in shown


def test_the_calendar_file_is_for_whoever_has_the_code(mallory: Visitor) -> None:
    assert mallory.client.get("/mitte/a/termin.ics", base_url=BASE).status_code == 404


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.REQUESTED, "TENTATIVE"),
        (State.OFFERED, "TENTATIVE"),
        (State.PROPOSED, "TENTATIVE"),
        (State.CONFIRMED, "CONFIRMED"),
        (State.RESCHEDULED, "CONFIRMED"),
        (State.DECLINED, "CANCELLED"),
        (State.WITHDRAWN, "CANCELLED"),
        (State.EXPIRED, "CANCELLED"),
        (State.CANCELLED_BY_CLIENT, "CANCELLED"),
        (State.CANCELLED_BY_COUNSELLOR, "CANCELLED"),
    ],
)
def test_the_calendar_file_says_what_holds(
    office: Office, olaf: Visitor, state: State, status: str
) -> None:
    made, code = send_request(office)
    with office.database.writing() as unit:
        current = unit.appointments.get(made.id)
        assert current is not None
        unit.appointments.update(replace(current, state=state))
    office.clock.advance(60)
    olaf.get(f"/mitte/a/{code}")

    file = olaf.get("/mitte/a/termin.ics").text

    assert f"STATUS:{status}\r\n" in file
    assert "SEQUENCE:60\r\n" in file
