"""Pages in English: nothing German is left, and a change of language loses nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from assisto_caldav.domain import standard_texts
from assisto_caldav.domain.languages import Translation
from tests.office import Office, send_request
from tests.web.visitor import Visitor, words

LONELY_GERMAN = re.compile(r"\b(und|nicht|Ihre|Termin|bitte|Uhr|der|die|das|mit|für)\b")


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/mitte/",
        "/mitte/book/s1/video/",
        "/mitte/book/s1/video/2026-12-07/",
        "/mitte/code",
        "/nowhere/",
        "/staff/login",
        "/demo/mails",
    ],
)
def test_an_english_page_has_no_german_left(olaf: Visitor, address: str) -> None:
    olaf.headers["Accept-Language"] = "en-GB,en;q=0.9"

    page = olaf.get(address)

    assert '<html lang="en">' in page.text
    shown = words(page).replace("Gespräch zu zweit", "")
    assert LONELY_GERMAN.findall(shown) == []


@pytest.mark.parametrize("address", ["", "booking-times", "absences", "me", "admin/"])
def test_staff_pages_are_english_too(office: Office, alice: Visitor, address: str) -> None:
    send_request(office)
    alice.headers["Accept-Language"] = "en"

    shown = words(alice.get(f"/staff/{address}"))

    assert LONELY_GERMAN.findall(shown) == []


def test_dates_are_in_full_in_both_languages(olaf: Visitor) -> None:
    german = words(olaf.get("/mitte/book/s1/video/"))
    olaf.headers["Accept-Language"] = "en"

    english = words(olaf.get("/mitte/book/s1/video/"))

    assert "Mittwoch, 2. Dezember 2026, 09:00 bis 09:50 Uhr" in german
    assert "Dezember 2026 Monat danach" in german
    assert "2 December 2026, 09:00 to 09:50" in english
    assert "December 2026 Next month" in english


def test_the_language_is_chosen_and_one_stays_where_one_was(olaf: Visitor) -> None:
    olaf.get("/mitte/book/s1/video/?month=2027-01")

    page = olaf.press("English")

    assert page.request.full_path == "/mitte/book/s1/video/?month=2027-01"
    assert "When does it suit you?" in words(page)


def test_after_a_form_the_language_leads_to_a_page_that_there_is(olaf: Visitor) -> None:
    olaf.post("/mitte/book/hold", {"csrf": olaf.token(), "service": "s1", "channel": "video"})

    page = olaf.press("English")

    assert (page.status_code, page.request.path) == (200, "/mitte/")


def test_a_half_filled_form_keeps_what_was_typed_in_another_language(olaf: Visitor) -> None:
    olaf.get("/mitte/book/s1/video/2026-12-07/")
    olaf.press("09:00")

    page = olaf.press("English", text="Ich schlafe schlecht.", name="Olaf", wants_ics="1")

    assert page.status_code == 200
    assert "Would you like to tell us something?" in words(page)
    form, _ = olaf.find("Send request")
    assert form.fields["text"] == ["Ich schlafe schlecht."]
    assert form.fields["name"] == ["Olaf"]
    assert form.fields["wants_ics"] == ["1"]
    assert olaf.press("Send request").status_code == 200
    assert '<html lang="en">' in olaf.page.text


def test_a_taken_time_is_told_in_another_language_and_nothing_typed_is_lost(
    office: Office, olaf: Visitor
) -> None:
    olaf.get("/mitte/book/s1/video/2026-12-07/")
    olaf.press("09:00")
    office.clock.advance(3600)
    send_request(office)
    assert olaf.press("Anfrage senden", text="Ich schlafe schlecht.").status_code == 409

    page = olaf.press("English")

    assert "What you have written is kept." in words(page)
    assert 'value="Ich schlafe schlecht."' in page.text


def test_a_language_that_there_is_not_is_refused(olaf: Visitor) -> None:
    olaf.get("/mitte/book/s1/video/2026-12-07/")
    olaf.press("09:00")
    form, button = olaf.find("English")

    page = olaf.post(button.address, {**form.fields, "lang": "xx"})

    assert page.status_code == 400


def test_the_notice_on_data_protection_is_there_in_both_languages(
    office: Office, olaf: Visitor
) -> None:
    mitte = office.institution()
    facts = standard_texts.Facts(mitte, imprint="Mitte")
    german, english = (standard_texts.texts_in(tag, facts) for tag in ("de", "en"))
    notice = replace(
        mitte.texts,
        data_protection=german["data_protection"],
        translations=(Translation("en", "data_protection", english["data_protection"]),),
    )
    office.configure(replace(mitte, texts=notice))

    told_german = words(olaf.get("/mitte/text/datenschutz"))
    olaf.headers["Accept-Language"] = "en"
    told_english = words(olaf.get("/mitte/text/datenschutz"))

    assert "Ihre Rechte" in told_german
    assert "Your rights" in told_english
    assert LONELY_GERMAN.findall(told_english) == []


def test_errors_of_the_core_are_english_on_english_pages(olaf: Visitor) -> None:
    olaf.headers["Accept-Language"] = "en"
    olaf.get("/mitte/book/s1/video/2026-12-07/")
    olaf.press("09:00")

    page = olaf.press("Send request", email="so nicht")

    assert "Please write the e-mail address as in" in words(page)
