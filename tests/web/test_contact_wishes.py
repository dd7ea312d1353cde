"""How a client does not want to be reached: asked in the form, kept, shown to the counsellor."""

from __future__ import annotations

from assisto_caldav.domain.client_details import ContactWishes
from tests.office import ALICE, Office
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
