"""Two languages: every German text of the pages has an English one, and the catalogue is fresh."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from assisto_caldav.domain import standard_texts
from tests.office import Office, send_request
from tests.web.visitor import Visitor, words

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "web" / "assisto_web" / "translations"
ENGLISH = FOLDER / "en" / "LC_MESSAGES"
LONELY_GERMAN = re.compile(r"\b(und|nicht|Ihre|Termin|bitte|Uhr|der|die|das|mit|für)\b")


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


def texts(of: Catalog) -> set[str]:
    return {_text(message.id) for message in of if message.id}


def _text(identity: object) -> str:
    return str(identity if isinstance(identity, str) else identity[0])  # type: ignore[index]  # singular, plural


def extracted() -> Iterator[str]:
    """The texts of the sources, found as the target in the Makefile does."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    makefile = (ROOT / "Makefile").read_text()
    extra = re.findall(r"-k (\S+)", makefile)
    assert extra
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        keywords={**DEFAULT_KEYWORDS, **parse_keywords(extra)},
        directory_filter=lambda folder: Path(folder).name not in {"tests", "bench", ".venv"},
    )
    for _, _, message, _, _ in found:
        yield _text(message)


def test_every_text_of_the_sources_is_in_the_catalogues() -> None:
    used = set(extracted())

    assert used - texts(catalogue(ENGLISH / "messages.po")) == set()
    assert used == texts(catalogue(FOLDER / "messages.pot"))


def test_the_english_catalogue_is_complete() -> None:
    english = catalogue(ENGLISH / "messages.po")

    empty = [m.id for m in english if m.id and not all(m.string if m.pluralizable else [m.string])]
    assert empty == []
    assert [message.id for message in english if message.fuzzy] == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    holder = re.compile(r"%\(\w+\)[sd]|#")

    for message in catalogue(ENGLISH / "messages.po"):
        if isinstance(message.id, str) and message.id:
            assert sorted(holder.findall(message.id)) == sorted(holder.findall(str(message.string)))


def test_the_compiled_catalogue_is_fresh() -> None:
    fresh = BytesIO()
    write_mo(fresh, catalogue(ENGLISH / "messages.po"))

    assert (ENGLISH / "messages.mo").read_bytes() == fresh.getvalue()


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
    notice = replace(
        mitte.texts,
        data_protection=standard_texts.data_protection(facts),
        data_protection_english=standard_texts.data_protection_english(facts),
    )
    office.configure(replace(mitte, texts=notice))

    german = words(olaf.get("/mitte/text/datenschutz"))
    olaf.headers["Accept-Language"] = "en"
    english = words(olaf.get("/mitte/text/datenschutz"))

    assert "Ihre Rechte" in german
    assert "Your rights" in english
    assert LONELY_GERMAN.findall(english) == []


def test_errors_of_the_core_are_english_on_english_pages(olaf: Visitor) -> None:
    olaf.headers["Accept-Language"] = "en"
    olaf.get("/mitte/book/s1/video/2026-12-07/")
    olaf.press("09:00")

    page = olaf.press("Send request", email="so nicht")

    assert "Please write the e-mail address as in" in words(page)
