"""Booking times, absences and settings as plain forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assisto_caldav.errors import InvalidCalendarObjectError
from assisto_caldav.usecases.absences import list_absences
from assisto_caldav.usecases.booking_times import list_rules
from assisto_caldav.usecases.devices import dav_login
from assisto_caldav.usecases.refused_rules import note_refused_availability, note_refused_put
from tests.office import ALICE, BOB, MONDAY, Office, at, put_event
from tests.web.visitor import Visitor, words


def test_a_booking_time_is_drawn(office: Office, bob: Visitor) -> None:
    bob.get("/staff/booking-times")

    page = bob.press(
        "Buchungszeit speichern",
        weekdays=["1", "3"], start="14:00", end="16:00", first="2026-12-01", until="2027-01-31",
        services=["s2"],
    )  # fmt: skip

    assert "Dienstag, Donnerstag, 14:00 bis 16:00 Uhr" in words(page)
    (rule,) = list_rules(office.ports, BOB)
    assert (rule.weekdays, rule.until, rule.services) == ((1, 3), date(2027, 1, 31), ("s2",))


def test_a_booking_time_is_changed(office: Office, alice: Visitor) -> None:
    alice.get("/staff/booking-times")
    alice.follow("Buchungszeit ändern")

    alice.press("Buchungszeit speichern", end="11:00")

    (rule,) = list_rules(office.ports, ALICE)
    assert (rule.weekdays, rule.start, rule.end) == ((0, 1, 2, 3, 4), "09:00", "11:00")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"end": "08:00"}, "Das Ende liegt nicht nach dem Beginn."),
        ({"until": "2026-01-01"}, "Der letzte Tag liegt vor dem ersten."),
        ({"start": ""}, "Bitte geben Sie"),
        ({"services": []}, "Bitte wählen Sie eine Leistung oder alle."),
        ({"weekdays": ["6"], "until": "2026-12-02"}, "In dieser Zeit gibt es keinen"),
    ],
)
def test_a_booking_time_that_does_not_do_is_told(
    office: Office, bob: Visitor, changes: dict[str, object], sentence: str
) -> None:
    good = {"weekdays": ["1"], "start": "14:00", "end": "16:00", "first": "2026-12-01"}
    bob.get("/staff/booking-times")

    page = bob.press("Buchungszeit speichern", **{**good, **changes})

    assert page.status_code == 422
    assert sentence in words(page)
    assert 'value="2026-12-01"' in page.text
    assert list_rules(office.ports, BOB) == []


def test_a_day_falls_out_and_the_rule_goes(office: Office, alice: Visitor) -> None:
    alice.get("/staff/booking-times")
    without_day = words(alice.press("Tag auslassen"))
    page = alice.press("Tag auslassen", day="2026-12-08")
    shown = words(page)
    alice.press("Buchungszeit löschen")

    assert "Bitte geben Sie den Tag an, der ausfällt." in without_day
    assert "Fällt aus: Dienstag, 8. Dezember 2026" in shown
    assert list_rules(office.ports, ALICE) == []


def put_rule(office: Office, summary: str, *lines: str) -> None:
    """Let Bob's calendar app draw a booking time."""
    start, end = at(MONDAY, "09:00"), at(MONDAY, "10:00")
    extra = "".join(f"{line}\r\n" for line in lines)
    put_event(
        office, start, end, owner=BOB, collection="booking-times", summary=summary, extra=extra
    )


def test_a_drawn_time_that_names_no_service_is_shown_with_what_it_could_name(
    office: Office, bob: Visitor
) -> None:
    put_rule(office, "Mittagspause")
    put_rule(office, "")

    hint = words(bob.get("/staff/"))
    page = words(bob.get("/staff/booking-times"))

    assert "weil ihr Titel keine Beratungsleistung nennt: 2." in hint
    assert "Nicht verstanden: „Mittagspause“ ist keine Beratungsleistung." in page
    assert "Nicht verstanden: Der Eintrag hat keinen Titel." in page
    assert "Möglich sind: alle, Suchtberatung, Paarberatung" in page
    assert "Er nennt eine Leistung oder mehrere, durch Komma getrennt, oder „alle“." in page


def test_a_drawn_time_that_is_not_understood_is_set_right_on_the_page(
    office: Office, bob: Visitor
) -> None:
    put_rule(office, "Mittagspause")
    bob.get("/staff/booking-times")

    page = words(bob.press("Leistung festlegen", service="s2"))

    assert "Nicht verstanden" not in page
    assert list_rules(office.ports, BOB)[0].services == ("s2",)
    assert "keine Beratungsleistung" not in words(bob.get("/staff/"))


def test_a_time_for_what_cannot_be_booked_now_says_so(office: Office, bob: Visitor) -> None:
    put_rule(office, "Paarberatung")
    mitte = office.institution()
    services = tuple(replace(one, active=one.id != "s2") for one in mitte.services)
    office.configure(replace(mitte, services=services))

    page = words(bob.get("/staff/booking-times"))

    assert "Davon kann zurzeit nichts bei Ihnen gebucht werden." in page


def test_what_a_device_sent_in_vain_is_shown_until_it_is_stored(
    office: Office, bob: Visitor
) -> None:
    error = InvalidCalendarObjectError("Too many.", precondition="max-instances")
    note_refused_put(office.ports, BOB, "a.ics", b"SUMMARY;LANGUAGE=de:Immer\\, alle\r\n", error)
    note_refused_availability(office.ports, BOB, "FREQ=HOURLY lässt sich nicht speichern.")

    page = words(bob.get("/staff/booking-times"))
    office.clock.advance(15 * 86_400)

    assert "„Immer, alle“. Der Eintrag kehrt zu oft wieder." in page
    assert "Verfügbarkeit. FREQ=HOURLY lässt sich nicht speichern." in page
    assert "Nicht gespeichert" not in words(bob.get("/staff/booking-times"))


def test_an_absence_is_entered_and_taken_back(office: Office, alice: Visitor) -> None:
    alice.get("/staff/absences")
    shown = words(
        alice.press("Abwesenheit speichern", first="2026-12-21", last="2026-12-23", title="Urlaub")
    )
    entered = list_absences(office.ports, ALICE)

    alice.press("Abwesenheit löschen")

    assert "Montag, 21. Dezember 2026 – Mittwoch, 23. Dezember 2026" in shown
    assert [one.title for one in entered] == ["Urlaub"]
    assert list_absences(office.ports, ALICE) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first": ""}, "Bitte geben Sie den ersten"),
        ({"first": "2026-12-21", "last": "2026-12-01"}, "Der letzte Tag liegt vor dem ersten."),
        (
            {"first": "2026-12-21", "start_time": "12:00", "end_time": "11:00"},
            "Das Ende liegt nicht nach dem Beginn.",
        ),
    ],
)
def test_an_absence_that_does_not_do_is_told(
    alice: Visitor, changes: dict[str, str], sentence: str
) -> None:
    alice.get("/staff/absences")

    page = alice.press("Abwesenheit speichern", title="Zahnarzt", **changes)

    assert page.status_code == 422
    assert sentence in words(page)
    assert "Zahnarzt" in page.text


def test_an_administrator_has_no_times(frank: Visitor) -> None:
    answers = [frank.get(f"/staff/{name}").status_code for name in ("booking-times", "absences")]

    assert answers == [404, 404]


def test_a_device_gets_a_password_once(office: Office, alice: Visitor) -> None:
    alice.get("/staff/me")
    page = alice.press("Passwort für dieses Gerät anlegen", name="Telefon")
    secret = page.text.partition('<p class="code" translate="no">')[2].partition("<")[0]
    known = dav_login(office.ports, ALICE, secret)
    again = alice.get("/staff/me").text

    alice.press("Zugang entziehen: Telefon")

    assert known == ALICE
    assert secret not in again
    assert dav_login(office.ports, ALICE, secret) is None


def test_a_device_needs_a_name(alice: Visitor) -> None:
    alice.get("/staff/me")

    page = alice.press("Passwort für dieses Gerät anlegen", name="")

    assert page.status_code == 422
    assert "Geben Sie dem Gerät einen kurzen Namen" in words(page)


def test_settings_are_kept(office: Office, alice: Visitor) -> None:
    alice.get("/staff/me")
    wrong = alice.press("Einstellungen speichern", video_room="http://video.example/")

    alice.press("Einstellungen speichern", place="Raum 7", video_room="https://video.example/a")

    with office.ports.database.reading() as unit:
        member = unit.people.staff(ALICE)
    assert wrong.status_code == 422
    assert "beginnt mit https://" in words(wrong)
    assert member is not None
    assert (member.place, member.video_room) == ("Raum 7", "https://video.example/a")


def test_a_password_is_changed_with_the_old_one(office: Office, alice: Visitor) -> None:
    alice.get("/staff/me")
    wrong = alice.press("Passwort ändern", old_password="wrong", password="ein neuer Satz")

    right = alice.press("Passwort ändern", old_password="demo-alice", password="ein neuer Satz")

    assert wrong.status_code == 422
    assert "Das bisherige Passwort stimmt nicht." in words(wrong)
    assert right.status_code == 200
    assert alice.get("/staff/").request.path == "/staff/"
