"""Mails as they leave: their words, their parts, and what they must not tell."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import icalendar
import pytest

from assisto_caldav.adapters.mail.catalogue import catalogue
from assisto_caldav.adapters.mail.compose import STATUS_IN_CLIENT_FILE, MailComposer
from assisto_caldav.domain.appointment import Appointment, State
from assisto_caldav.domain.institution import Language
from assisto_caldav.errors import InvalidInputError
from assisto_caldav.usecases import notify, scheduling
from assisto_caldav.usecases.staff import reset
from tests.appointments import DETAILS, HOUR, PAGE, TEN, make_request
from tests.mail_text import files, page, plain, readable, shape
from tests.office import ALICE, BOB, Office, make_entry, open_office

EXPECTED = Path(__file__).resolve().parent.parent / "mails"
CLIENT_KINDS = sorted(catalogue("de")["client"])
STAFF_KINDS = sorted(set(catalogue("de")["staff"]) - {"reset"})
# They change no time, so no calendar file goes with them.
SAY_NO_TIME = {"message", "waitlist_offer"}
EXTRA = {
    "undo_offer": {"change": "moved", "undo_until": TEN - HOUR},
    "expired": {"alternatives": json.dumps([[TEN + HOUR, TEN + 2 * HOUR]])},
}


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        yield made


def owe_client(office: Office, made: Appointment, kind: str) -> EmailMessage:
    with office.database.writing() as unit:
        notify.owe_client(unit, office.ports, kind=kind, appointment=made, extra=EXTRA.get(kind))
    return composed(office)


def owe_counsellor(office: Office, made: Appointment, kind: str) -> EmailMessage:
    with office.database.writing() as unit:
        notify.owe_counsellor(
            unit, office.ports, kind=kind, appointment=made, extra=EXTRA.get(kind)
        )
    return composed(office)


def composed(office: Office) -> EmailMessage:
    """Return the newest mail as whoever receives it reads it."""
    message = MailComposer(office.ports).compose(office.mails()[-1])
    received = message_from_bytes(message.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert isinstance(received, EmailMessage)
    return received


def compare(office: Office, message: EmailMessage, name: str) -> None:
    def name_link(token: str) -> str:
        return str(office.ports.tokens.read_link(token, now=office.clock.now())["p"])

    expected = (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")
    assert readable(message, name_link) == expected


@pytest.mark.parametrize("locale", ["de", "en", "de-x-einfach", "de-x-du"])
@pytest.mark.parametrize("kind", CLIENT_KINDS)
def test_a_mail_to_a_client_says_what_it_should(office: Office, kind: str, locale: str) -> None:
    made = make_request(office, locale=locale, wants_ics=kind == "confirmed")

    message = owe_client(office, made, kind)

    compare(office, message, f"client-{kind}-{locale}")


def test_a_mail_that_changes_no_time_brings_no_file(office: Office) -> None:
    made = make_request(office, wants_ics=True)

    assert files(owe_client(office, made, "message")) == []
    assert files(owe_client(office, made, "received")) != []


@pytest.mark.parametrize("kind", STAFF_KINDS)
def test_a_mail_to_a_counsellor_says_what_it_should(office: Office, kind: str) -> None:
    message = owe_counsellor(office, make_request(office), kind)

    compare(office, message, f"staff-{kind}")


def test_an_administrator_sends_a_colleague_a_link_for_a_new_password(office: Office) -> None:
    reset(office.ports, PAGE, BOB)

    message = composed(office)

    assert message["To"] == BOB
    assert "https://termine.example/staff/password/" in plain(message)


def test_every_mail_that_is_owed_has_its_words_and_every_text_is_owed() -> None:
    owed: dict[str, set[str]] = {"client": set(), "staff": {*scheduling.COUNSELLOR_MAILS.values()}}
    owed["client"] |= set(scheduling.CLIENT_MAILS.values())
    audiences = {"owe_client": "client", "owe_counsellor": "staff", "owe_staff": "staff"}
    for file in Path(scheduling.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                owed.get(audiences.get(node.func.id, ""), set()).update(
                    keyword.value.value
                    for keyword in node.keywords
                    if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
                )

    written = {audience: set(catalogue("de")[audience]) for audience in ("client", "staff")}
    assert owed == written
    assert set(STATUS_IN_CLIENT_FILE) == written["client"] - SAY_NO_TIME
    changes = {*scheduling.UNDOABLE.values(), scheduling.DELETED}
    assert changes == set(catalogue("de")["changes"]) == set(catalogue("en")["changes"])


def test_the_mail_about_a_request_has_the_shape_that_calendar_apps_understand(
    office: Office,
) -> None:
    message = owe_counsellor(office, make_request(office), "request")

    assert shape(message) == (
        "multipart/mixed("
        "multipart/alternative(text/plain, text/html, text/calendar; method=PUBLISH), "
        "text/calendar; method=PUBLISH as termin.ics)"
    )
    first, second = files(message)
    assert first == second


def test_the_file_about_a_request_asks_for_no_reply(office: Office) -> None:
    message = owe_counsellor(office, make_request(office), "request")

    calendar = icalendar.Calendar.from_ical(files(message)[0])
    event = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event
    assert "RSVP" not in files(message)[0]
    assert event["UID"] == "uid-a1@termine.example"
    assert event["URL"] == "https://termine.example/staff/appointments/a1"
    assert int(event["DTSTART"].dt.timestamp()) == TEN


def test_a_counsellor_who_wants_a_notice_alone_gets_no_file(office: Office) -> None:
    with office.database.writing() as unit:
        member = unit.people.staff(ALICE)
        assert member is not None
        unit.people.save_staff(replace(member, mail_with_ics=False))

    message = owe_counsellor(office, make_request(office), "request")

    assert shape(message) == "multipart/alternative(text/plain, text/html)"


def test_a_client_who_did_not_ask_for_a_file_gets_none(office: Office) -> None:
    message = owe_client(office, make_request(office), "confirmed")

    assert files(message) == []


def test_the_file_for_a_client_betrays_nothing(office: Office) -> None:
    message = owe_client(office, make_request(office, wants_ics=True), "confirmed")

    (file,) = files(message)
    event = icalendar.Calendar.from_ical(file).walk("VEVENT")[0]
    assert set(event) == {
        "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "STATUS", "CLASS",
    }  # fmt: skip
    assert event["SUMMARY"] == "Termin"
    assert "a1" not in event["UID"]
    assert "mitte" not in file
    assert "@" not in file


def test_the_files_for_a_client_replace_each_other(office: Office) -> None:
    made = make_request(office, wants_ics=True)
    (first,) = files(owe_client(office, made, "received"))
    office.clock.advance(HOUR)
    (second,) = files(owe_client(office, made, "cancelled"))

    early, late = (icalendar.Calendar.from_ical(text).walk("VEVENT")[0] for text in (first, second))
    assert early["UID"] == late["UID"]
    assert early["SEQUENCE"] < late["SEQUENCE"]
    assert late["STATUS"] == "CANCELLED"


@pytest.mark.parametrize("kind", CLIENT_KINDS)
def test_no_mail_to_a_client_names_who_or_what_it_is_about(office: Office, kind: str) -> None:
    message = owe_client(office, make_request(office, wants_ics=True), kind)

    whole = "\n".join([str(message), plain(message), page(message), *files(message)])
    for secret in (DETAILS.text, DETAILS.name, DETAILS.phone, "Suchtberatung", "Beratung", ALICE,
                   "Alice", "7F3K", "uid-a1", "Mitte"):  # fmt: skip
        assert secret not in whole, secret


@pytest.mark.parametrize("kind", STAFF_KINDS)
def test_no_mail_to_a_counsellor_tells_what_a_client_said(office: Office, kind: str) -> None:
    message = owe_counsellor(office, make_request(office), kind)

    whole = "\n".join([str(message), plain(message), page(message), *files(message)])
    for secret in (DETAILS.text, DETAILS.name, DETAILS.phone, DETAILS.email, "Suchtberatung"):
        assert secret not in whole, secret


def test_the_page_of_a_mail_has_links_with_words(office: Office) -> None:
    message = owe_client(office, make_request(office), "confirmed")

    assert ">Ansehen oder absagen</a>" in page(message)
    assert ">Das bin ich nicht, oder keine Mails mehr</a>" in page(message)


@pytest.mark.parametrize(
    "address",
    ["grace@post.example\r\nBcc: all@post.example", "a@post.example, b@post.example", "grace"],
)
def test_an_address_cannot_bring_headers_or_friends(office: Office, address: str) -> None:
    owe_client(office, make_request(office), "confirmed")
    mail = replace(office.mails()[-1], address=address)

    with pytest.raises(InvalidInputError):
        MailComposer(office.ports).compose(mail)


def test_the_name_of_a_sender_is_one_line_whatever_config_says(office: Office) -> None:
    office.configure(
        replace(office.institution(), sender_name='Termine "Mitte",\r\nBcc: all@post.example')
    )

    message = owe_client(office, make_request(office), "confirmed")

    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["From"].addresses] == ["termine@mitte.example"]


def test_a_mail_of_an_institution_that_is_gone_can_never_be_sent(office: Office) -> None:
    owe_client(office, make_request(office), "confirmed")
    mail = replace(office.mails()[-1], institution="sued")

    with pytest.raises(InvalidInputError):
        MailComposer(office.ports).compose(mail)


def test_a_mail_that_lacks_a_fact_can_never_be_sent(office: Office) -> None:
    owe_counsellor(office, make_request(office), "withdrawn")
    mail = replace(office.mails()[-1], payload="{}")

    with pytest.raises(InvalidInputError):
        MailComposer(office.ports).compose(mail)


def test_a_name_in_config_does_not_become_markup(office: Office) -> None:
    staff = (make_entry(ALICE, name="<b>Alice</b>"),)
    office.configure(replace(office.institution(), name="Mitte & <b>Co</b>", staff=staff))

    message = owe_counsellor(office, make_request(office, state=State.REQUESTED), "request")

    assert "<b>" not in page(message)


def with_language(office: Office, login: str, language: Language) -> None:
    mitte = office.institution()
    staff = tuple(
        replace(entry, language=language) if entry.login == login else entry
        for entry in mitte.staff
    )
    office.configure(replace(mitte, staff=staff))


def test_a_counsellor_reads_mails_and_files_in_the_language_that_config_names(
    office: Office,
) -> None:
    with_language(office, ALICE, Language.ENGLISH)
    made = make_request(office)

    message = owe_counsellor(office, made, "request")

    assert message["Subject"] == "New request · 7F3K"
    assert "Confirm or decline:" in plain(message)
    assert "Monday, 7 December 2026" in plain(message)
    assert "SUMMARY:Request · video · 7F3K" in files(message)[0]


def test_a_mail_about_a_password_is_in_the_colleagues_language_too(office: Office) -> None:
    with_language(office, BOB, Language.ENGLISH)

    reset(office.ports, PAGE, BOB)

    message = composed(office)
    assert message["Subject"] == "Your password"
    assert "the passwords of your calendar apps are no longer good" in plain(message)


def test_whoever_is_reset_is_told_what_that_means(office: Office) -> None:
    reset(office.ports, PAGE, BOB)

    assert "die Passwörter Ihrer Kalender-Apps gelten nicht mehr" in plain(composed(office))
