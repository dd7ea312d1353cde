"""The counsellors' pages: log-in, requests, one appointment, for the whole cast."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from assisto_caldav.domain.appointment import Appointment, Deletion, State
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm
from assisto_caldav.usecases.staff import invite
from tests.office import ALICE, BOB, MONDAY, Office, at, make_details, open_times, send_request
from tests.web.conftest import log_in
from tests.web.visitor import BASE, Visitor, words

SECRETS = ("Olaf", "olaf@post.example", "Geheim")


@pytest.fixture
def made(office: Office) -> Appointment:
    details = make_details(name="Olaf", email="olaf@post.example", text="Geheim")
    return send_request(office, details=details)[0]


def page_of(made: Appointment) -> str:
    return f"/staff/appointments/{made.id}"


def stored(office: Office, made: Appointment) -> Appointment:
    with office.ports.database.reading() as unit:
        found = unit.appointments.get(made.id)
    assert found is not None
    return found


def test_nobody_enters_without_log_in(mallory: Visitor, made: Appointment) -> None:
    for address in ("/staff/", page_of(made), "/staff/me", "/staff/admin/", "/staff/absences"):
        page = mallory.get(address)

        assert page.request.path == "/staff/login", address
        assert made.sign not in page.text


def test_log_in_leads_on_to_where_one_wanted(mallory: Visitor, made: Appointment) -> None:
    mallory.get(page_of(made))

    page = mallory.press("Anmelden", login="Alice@Mitte.example", password="demo-alice")

    assert page.request.path == page_of(made)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/staff/\\evil",
        "javascript:1",
    ],
)
def test_log_in_leads_nowhere_else(mallory: Visitor, target: str) -> None:
    mallory.get("/staff/login", query_string={"next": target})

    form, _ = mallory.find("Anmelden")

    assert form.fields["next"] == ["/staff/"]


def test_a_wrong_password_says_not_what_was_wrong(mallory: Visitor) -> None:
    mallory.get("/staff/login")
    known = words(mallory.press("Anmelden", login=ALICE, password="wrong"))

    unknown = words(mallory.press("Anmelden", login="nobody@mitte.example", password="wrong"))

    assert known == unknown
    assert mallory.page.status_code == 401


def test_guessing_passwords_ends(mallory: Visitor) -> None:
    mallory.get("/staff/login")
    for _ in range(10):
        mallory.press("Anmelden", login=ALICE, password="wrong")

    page = mallory.press("Anmelden", login=ALICE, password="demo-alice")

    assert page.status_code == 429
    assert "Bitte warten Sie 15 Minuten." in words(page)


def test_an_idle_session_ends(office: Office, alice: Visitor) -> None:
    office.clock.advance(30 * 60)

    page = alice.get("/staff/")

    assert page.request.path == "/staff/login"


def test_logging_out_ends_the_session(app: Flask, alice: Visitor) -> None:
    cookie = alice.client.get_cookie("__Host-staff", domain="termine.example")
    assert cookie is not None
    alice.get("/staff/")
    alice.press("Abmelden")
    thief = Visitor(app)
    thief.client.set_cookie("__Host-staff", cookie.value, domain="termine.example")

    page = thief.get("/staff/")

    assert page.request.path == "/staff/login"


def test_the_inbox_shows_what_waits_without_any_word_of_the_client(
    alice: Visitor, made: Appointment
) -> None:
    page = alice.get("/staff/")

    assert made.sign in words(page)
    assert "Antwort bis Mittwoch, 2. Dezember 2026" in words(page)
    assert "(1)" in page.text
    for secret in SECRETS:
        assert secret not in page.text


def test_the_counsellor_sees_everything(alice: Visitor, made: Appointment) -> None:
    shown = words(alice.get(page_of(made)))

    for secret in (*SECRETS, "Suchtberatung"):
        assert secret in shown


def test_a_colleague_does_not(bob: Visitor, made: Appointment) -> None:
    page = bob.get(page_of(made))

    assert page.status_code == 403
    assert made.sign not in page.text


def test_another_centre_does_not_learn_that_there_is_one(carol: Visitor, made: Appointment) -> None:
    page = carol.get(page_of(made))

    assert page.status_code == 404


def test_an_administrator_sees_times_and_states_alone(frank: Visitor, made: Appointment) -> None:
    listed, page = frank.get("/staff/admin/"), frank.get(page_of(made))

    assert "09:00 bis 09:50" in words(listed)
    assert page.status_code == 200
    for secret in SECRETS:
        assert secret not in page.text + listed.text
    assert "Bestätigen" not in words(page)


@pytest.mark.parametrize("who", ["bob", "carol", "frank", "mallory"])
def test_nobody_else_answers(
    office: Office, made: Appointment, who: str, request: pytest.FixtureRequest
) -> None:
    visitor: Visitor = request.getfixturevalue(who)
    data = {"csrf": visitor.token(), "act": "confirm"}

    visitor.post(page_of(made), data)

    assert stored(office, made).state is State.REQUESTED


def test_confirming_brings_the_words_to_the_client(
    office: Office, alice: Visitor, made: Appointment
) -> None:
    alice.get(page_of(made))

    page = alice.press("Bestätigen", text="Bis Montag")

    assert page.status_code == 200
    assert "bestätigt" in words(page)
    assert stored(office, made).state is State.CONFIRMED
    with office.ports.database.reading() as unit:
        assert unit.appointments.details(made.id).answer_text == "Bis Montag"


def test_declining_and_cancelling(office: Office, alice: Visitor, made: Appointment) -> None:
    alice.get(page_of(made))
    alice.press("Ablehnen")
    other = send_request(office)[0]
    confirm(office.ports, Actor(ALICE, "web"), other.id)
    alice.get(page_of(other))

    alice.press("Termin absagen")

    assert stored(office, made).state is State.DECLINED
    assert stored(office, other).state is State.CANCELLED_BY_COUNSELLOR


def test_whoever_answers_second_sees_what_holds(
    office: Office, alice: Visitor, made: Appointment
) -> None:
    alice.get(page_of(made))
    confirm(office.ports, Actor(ALICE, "caldav"), made.id)

    page = alice.press("Ablehnen")

    assert page.status_code == 409
    assert "Das ist schon beantwortet." in words(page)
    assert stored(office, made).state is State.CONFIRMED


def test_another_time_is_proposed(office: Office, alice: Visitor, made: Appointment) -> None:
    alice.get(page_of(made))

    alice.press("Andere Zeit vorschlagen", day="2026-12-08", time="14:00")

    assert stored(office, made).state is State.PROPOSED
    assert stored(office, made).start == at(MONDAY, "14:00") + 86400


@pytest.mark.parametrize(
    ("day", "time", "sentence"),
    [
        ("", "", "Bitte geben Sie Tag und Uhrzeit an."),
        ("2026-11-02", "09:00", "Diese Zeit ist schon vorbei."),
        ("2026-12-07", "09:00", "Das ist die bisherige Zeit."),
        ("2026-12-07", "10:30", "Zu dieser Zeit ist schon etwas anderes eingetragen."),
    ],
)
def test_a_time_that_does_not_do_is_told(
    office: Office, alice: Visitor, made: Appointment, day: str, time: str, sentence: str
) -> None:
    send_request(office, at(MONDAY, "10:00"))
    alice.get(page_of(made))

    page = alice.press("Andere Zeit vorschlagen", day=day, time=time)

    assert page.status_code == 409
    assert sentence in words(page)
    assert f'value="{time}"' in page.text
    assert stored(office, made).state is State.REQUESTED


def test_a_mass_deletion_is_settled_on_the_web(
    office: Office, alice: Visitor, made: Appointment
) -> None:
    with office.ports.database.writing() as unit:
        unit.appointments.update(
            replace(made, deletion=Deletion.PARKED, deletion_due=office.clock.now() + 600)
        )
    assert "mehrere Termine gelöscht" in words(alice.get("/staff/"))

    alice.press("Ja, alle absagen")

    assert stored(office, made).state is State.DECLINED


def test_the_legal_hold_is_set_and_lifted(
    office: Office, frank: Visitor, made: Appointment
) -> None:
    frank.get(page_of(made))
    frank.press("Löschsperre setzen")
    was_held = stored(office, made).legal_hold

    frank.press("Löschsperre aufheben")

    assert was_held
    assert not stored(office, made).legal_hold


def test_the_trail_is_told_in_words(office: Office, alice: Visitor, made: Appointment) -> None:
    confirm(office.ports, Actor(ALICE, "caldav"), made.id)

    shown = words(alice.get(page_of(made)))

    assert "Alice Kalender-App bestätigt" in shown
    assert "Klient:in Webseite angefragt" in shown


def test_an_invitation_sets_the_first_password(office: Office, mallory: Visitor) -> None:
    secret = invite(office.ports, BOB)
    mallory.get(f"/staff/password/{secret}")
    short = words(mallory.press("Passwort speichern", password="kurz", again="kurz"))
    unequal = words(mallory.press("Passwort speichern", password="x" * 12, again="y" * 12))

    mallory.press("Passwort speichern", password="ein langer Satz", again="ein langer Satz")
    page = mallory.press("Anmelden", login=BOB, password="ein langer Satz")

    assert "Das Passwort ist zu kurz" in short
    assert "Beide Passwörter müssen gleich sein." in unequal
    assert page.request.path == "/staff/"
    assert mallory.get(f"/staff/password/{secret}").status_code == 404


def test_an_administrator_sends_a_reset(office: Office, frank: Visitor) -> None:
    frank.get("/staff/admin/")

    page = frank.press("Link für neues Passwort schicken: Bob")

    assert f"unterwegs an {BOB}" in words(page)
    assert [mail.kind for mail in office.mails()] == ["reset"]
    assert "Link für ein neues Passwort" in words(page)


@pytest.mark.parametrize("who", ["bob", "carol"])
def test_administration_is_for_administrators(who: str, request: pytest.FixtureRequest) -> None:
    visitor: Visitor = request.getfixturevalue(who)

    shown = visitor.get("/staff/admin/")
    sent = visitor.post("/staff/admin/reset", {"csrf": visitor.token(), "login": ALICE})

    assert (shown.status_code, sent.status_code) == (403, 403)


def test_a_counsellor_answers_only_for_herself_in_the_inbox(
    office: Office, app: Flask, made: Appointment
) -> None:
    open_times(office, BOB)

    page = log_in(Visitor(app), BOB).get("/staff/")

    assert made.sign not in page.text
    assert "Zurzeit wartet keine." in words(page)


def test_staff_bare_leads_to_the_inbox(mallory: Visitor) -> None:
    page = mallory.client.get("/staff", base_url=BASE)

    assert page.headers["Location"] == "/staff/"


def test_whoever_resets_a_password_is_told_what_it_does(office: Office, alice: Visitor) -> None:
    before = words(alice.get("/staff/admin/"))

    after = words(alice.post("/staff/admin/reset", {"csrf": alice.token(), "login": BOB}))

    assert "wird überall abgemeldet" in before
    assert f"unterwegs an {BOB}. Dort ist jetzt niemand mehr angemeldet" in after


def test_whoever_sets_a_password_is_told_that_apps_need_a_new_one(
    office: Office, mallory: Visitor
) -> None:
    page = mallory.get(f"/staff/password/{invite(office.ports, BOB)}")

    assert "Kalender-Apps brauchen ein neues Passwort" in words(page)
