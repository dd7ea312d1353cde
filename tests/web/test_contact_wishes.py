"""How a client does not want to be reached: asked in the form, kept, shown to the counsellor."""

from __future__ import annotations

from dataclasses import replace

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.client_details import ContactWishes
from assisto_caldav.domain.institution import PhoneCalls
from assisto_caldav.usecases.actors import Actor
from assisto_caldav.usecases.answer import confirm
from tests.office import ALICE, MONDAY, Office, make_details, send_request
from tests.web.test_booking import reach_form
from tests.web.visitor import Visitor, words

WISHES = {"no_mail": "1", "no_call": "1", "no_voicemail": "1", "call_times": "Mo 9 bis 11"}


def test_wishes_reach_the_counsellor_and_no_mail_is_owed(
    office: Office, olaf: Visitor, alice: Visitor
) -> None:
    reach_form(olaf)
    olaf.press("Anfrage senden", email="olaf@post.example", **WISHES)

    with office.ports.database.reading() as unit:
        (made,) = unit.appointments.of_counsellors([ALICE], ["requested"])
        details = unit.appointments.details(made.id)
        kept = unit.outbox.unsent("mitte")
    assert made.contact == ContactWishes(no_mail=True, no_call=True, no_voicemail=True)
    assert not made.has_email
    assert details.call_times == "Mo 9 bis 11"
    assert [mail.recipient for mail in kept] == ["counsellor"]
    page = words(alice.get(f"/staff/appointments/{made.id}"))
    assert "Bitte beachten keine Mails nicht anrufen Mailbox nicht besprechen" in page
    assert "Sichere Zeiten für Anrufe Mo 9 bis 11" in page


def test_without_wishes_the_counsellor_reads_of_none(
    office: Office, olaf: Visitor, alice: Visitor
) -> None:
    reach_form(olaf)
    olaf.press("Anfrage senden")

    with office.ports.database.reading() as unit:
        (made,) = unit.appointments.of_counsellors([ALICE], ["requested"])
    page = words(alice.get(f"/staff/appointments/{made.id}"))
    assert "Bitte beachten" not in page
    assert "Sichere Zeiten" not in page


def test_wishes_survive_an_error_and_a_time_that_is_taken(olaf: Visitor) -> None:
    reach_form(olaf)
    page = olaf.press("Anfrage senden", email="kein Postfach", **WISHES)
    assert page.status_code == 422
    assert '<details class="wishes" open>' in page.text

    form, _button = olaf.find("Anfrage senden")

    assert {name: form.fields.get(name) for name in WISHES} == {
        name: [value] for name, value in WISHES.items()
    }


def test_call_times_that_are_too_long_are_told_in_their_field(olaf: Visitor) -> None:
    reach_form(olaf)

    page = olaf.press("Anfrage senden", call_times="x" * 201)

    assert page.status_code == 422
    assert "Diese Angabe ist zu lang." in words(page)
    assert 'href="#f-call_times"' in page.text


def test_a_number_is_asked_for_only_where_the_centre_calls(office: Office, olaf: Visitor) -> None:
    def asks(channel: str, time: str = "09:00") -> bool:
        olaf.get(f"/mitte/book/s1/{channel}/{MONDAY.isoformat()}/")
        olaf.press(time)
        return 'name="phone"' in olaf.page.text

    assert asks("phone")
    assert not asks("video", "10:00")
    assert not asks("on_site", "11:00")

    office.configure(replace(office.institution(), phone_calls=PhoneCalls.CLIENT))

    assert not asks("phone")


def test_a_number_that_was_typed_is_not_lost_on_another_channel(olaf: Visitor) -> None:
    olaf.get(f"/mitte/book/s1/video/{MONDAY.isoformat()}/")
    olaf.press("09:00 bis 09:50 Uhr")

    again = olaf.press("Anfrage senden", phone="0151 1", email="so nicht")

    assert 'value="0151 1"' in again.text


def test_whoever_is_to_call_sees_the_number(office: Office, olaf: Visitor) -> None:
    office.configure(replace(office.institution(), phone_calls=PhoneCalls.CLIENT))
    details = make_details(phone="0151 000000")
    made, code = send_request(office, channel=Channel.PHONE, details=details)
    confirm(office.ports, Actor(ALICE, "web"), made.id)
    office.clock.advance(3600)

    page = words(olaf.get(f"/mitte/a/{code}"))

    assert "Wir rufen Sie an." not in page
    assert "Telefon 030 12345" in page
