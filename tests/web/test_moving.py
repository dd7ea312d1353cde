"""The client's page of an appointment: moving, erasing, what is told and when."""

from __future__ import annotations

from assisto_caldav.domain.appointment import State
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm
from tests.appointments import appointment
from tests.office import ALICE, MONDAY, Office, at, make_details, send_request
from tests.web.visitor import Visitor, forms_of, words

NINE, TEN = at(MONDAY, "09:00"), at(MONDAY, "10:00")
STAFF = Actor(ALICE, "web")


def arrived(office: Office, visitor: Visitor, **changes: object) -> tuple[str, str]:
    made, code = send_request(office, NINE, counsellor=ALICE, **changes)
    visitor.get(f"/mitte/a/{code}")
    return made.id, code


def test_a_client_moves_after_seeing_both_times(office: Office, olaf: Visitor) -> None:
    name, _ = arrived(office, olaf)
    olaf.follow("Andere Zeit wählen")

    page = olaf.press("Montag, 7. Dezember 2026, 10:00")

    assert "09:00" in words(page)
    assert "10:00" in words(page)
    assert "muss erst bestätigt werden" in words(page)
    page = olaf.press("Neue Zeit anfragen")
    assert "10:00 bis" in words(page)
    assert "Sie haben eine andere Zeit angefragt." in words(page)
    assert appointment(office, name).start == TEN


def test_a_taken_time_is_told_and_the_old_one_stays(office: Office, olaf: Visitor) -> None:
    name, _ = arrived(office, olaf)
    olaf.follow("Andere Zeit wählen")
    olaf.press("Montag, 7. Dezember 2026, 10:00")
    send_request(office, TEN, counsellor=ALICE)

    page = olaf.press("Neue Zeit anfragen")

    assert page.status_code == 409
    assert "Ihr Termin bleibt, wie er ist." in words(page)
    assert appointment(office, name).start == NINE


def test_later_times_are_on_the_next_page(office: Office, olaf: Visitor) -> None:
    arrived(office, olaf)
    olaf.follow("Andere Zeit wählen")
    first = [b.value for form in forms_of(olaf.page) for b in form.buttons if b.name == "start"]

    olaf.follow("Spätere Zeiten")

    later = [b.value for form in forms_of(olaf.page) for b in form.buttons if b.name == "start"]
    assert later
    assert int(min(later)) > int(max(first))


def test_who_cannot_move_comes_back_to_the_appointment(office: Office, olaf: Visitor) -> None:
    _, code = arrived(office, olaf)
    office.clock.instant = NINE - 3600
    page = olaf.get(f"/mitte/a/{code}")

    assert "Verschieben geht hier nicht mehr" in words(page)
    assert olaf.get("/mitte/a/move").request.path == "/mitte/a/"


def test_moving_without_a_code_asks_for_it(olaf: Visitor) -> None:
    assert olaf.get("/mitte/a/move").request.path == "/mitte/code"
    assert olaf.get("/mitte/a/forget").request.path == "/mitte/code"


def test_what_changed_is_marked_once(office: Office, olaf: Visitor) -> None:
    name, _ = arrived(office, olaf)
    confirm(office.ports, STAFF, name)

    assert "Das ist neu" in words(olaf.get("/mitte/a/"))
    assert "Das ist neu" not in words(olaf.get("/mitte/a/"))
    assert "Die Beratungsstelle hat bestätigt." in words(olaf.page)


def test_a_client_erases_their_data_after_one_question(office: Office, olaf: Visitor) -> None:
    name, code = arrived(office, olaf, details=make_details(name="Olaf"))
    olaf.follow("Meine Daten jetzt löschen")

    page = olaf.press("Jetzt löschen")

    assert "Ihre Daten sind gelöscht." in words(page)
    with office.database.reading() as unit:
        assert unit.appointments.get(name) is None
    assert olaf.get(f"/mitte/a/{code}").status_code == 404


def test_a_counsellor_gives_out_a_new_code_in_person(
    office: Office, olaf: Visitor, alice: Visitor
) -> None:
    name, code = arrived(office, olaf)
    alice.get(f"/staff/appointments/{name}")

    page = alice.press("Neuen Zugangscode ausgeben")

    new = page.text.partition('translate="no">')[2].partition("<")[0]
    assert olaf.get(f"/mitte/a/{code}").status_code == 404
    assert olaf.get(f"/mitte/a/{new}").status_code == 200
    assert appointment(office, name).state is State.REQUESTED
    assert new not in alice.get(f"/staff/appointments/{name}").text
