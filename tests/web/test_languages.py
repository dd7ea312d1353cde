"""Languages on pages: catalogues are whole, own texts are marked, right to left, "du"."""

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

from assisto_caldav.adapters.mail.compose import MailComposer
from assisto_caldav.domain.gender import GenderForm
from assisto_caldav.domain.institution import FormOfAddress
from assisto_caldav.domain.languages import TONGUES, Translation
from assisto_web import catalogues
from assisto_web.app import make_app
from tests.office import Office, make_entry
from tests.web.visitor import Visitor, words

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "web" / "assisto_web" / "translations"
FOLDERS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
SIMPLE, INFORMAL = "de_einfach", "de_du"
HOLDER = re.compile(r"%\(\w+\)[sd]|%%|#")
# Pages and sentences that only staff (or the demo) meet; Einfache Sprache is for clients.
FOR_STAFF = (
    "web/assisto_web/staff/",
    "web/assisto_web/templates/demo_",
    "web/assisto_web/demo",
    "web/assisto_web/public/templates/public/link_answer.html",
    "web/assisto_web/public/templates/public/link_undo.html",
    "assisto_caldav/domain/absences.py",
    "assisto_caldav/domain/booking_times",
    *(
        f"assisto_caldav/usecases/{name}.py"
        for name in ("answer", "booking_times", "calendars", "devices", "form_objects", "homes")
    ),
    "assisto_caldav/usecases/staff.py",
)
FORMAL = re.compile(r"\b(Sie|Ihnen|Ihr|Ihre|Ihrem|Ihren|Ihrer|Ihres)\b")
# "Sie" at the start of a sentence may be a request or an appointment.
STILL_FORMAL = re.compile(r"\b(Ihnen|Ihr\w*)\b|(?<=[a-zäöü,] )Sie\b")
CLIENT_PAGES = (
    "/mitte/",
    "/mitte/book/s1/video/",
    "/mitte/book/s1/video/2026-12-07/",
    "/mitte/code",
    "/mitte/text/barrierefreiheit",
    "/mitte/text/datenschutz",
    "/nowhere/",
    "/",
)


def catalogue(folder: str) -> Catalog:
    with (FOLDER / folder / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=folder.partition("_")[0])


def template() -> set[str]:
    with (FOLDER / "messages.pot").open("rb") as file:
        return {identity(message.id) for message in read_po(file) if message.id}


def identity(found: object) -> str:
    return str(found if isinstance(found, str) else found[0])  # type: ignore[index]  # plural


def forms(found: object) -> list[str]:
    return [found] if isinstance(found, str) else list(found)  # type: ignore[call-overload]  # plural


def extracted() -> Iterator[tuple[str, str]]:
    """File and text, found in the sources as the target in the Makefile finds them."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    extra = re.findall(r"-k (\S+)", (ROOT / "Makefile").read_text())
    assert extra
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        keywords={**DEFAULT_KEYWORDS, **parse_keywords(extra)},
        directory_filter=lambda folder: Path(folder).name not in {"tests", "bench", ".venv"},
    )
    for file_name, _, message, _, _ in found:
        yield file_name, identity(message)


def needed(folder: str) -> set[str]:
    """Return the German texts that a catalogue must have."""
    used = {text for file, text in extracted() if folder != SIMPLE or not is_for_staff(file)}
    return {text for text in used if FORMAL.search(text)} if folder == INFORMAL else used


def is_for_staff(file: str) -> bool:
    return file.startswith(FOR_STAFF)


def needed_of_clients(folder: str) -> set[str]:
    for_clients = {text for file, text in extracted() if not is_for_staff(file)}
    return needed(folder) & for_clients


def empty(found: Catalog) -> set[str]:
    return {
        identity(message.id)
        for message in found
        if message.id and not (message.string and all(forms(message.string)))
    }


def lost_placeholders(found: Catalog) -> list[str]:
    return [
        identity(message.id)
        for message in found
        if message.id and message.string
        for text in forms(message.string)
        if text and set(HOLDER.findall(text)) != set(HOLDER.findall(forms(message.id)[-1]))
    ]


def test_there_is_a_catalogue_for_each_language_that_is_promised() -> None:
    assert {"en", SIMPLE, INFORMAL} <= set(FOLDERS)
    assert {TONGUES[tag].folder for tag in catalogues.languages()} == {*FOLDERS, "de"}


def test_the_template_has_every_text_of_the_sources() -> None:
    assert {text for _, text in extracted()} == template()


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_catalogue_has_the_texts_of_the_template(folder: str) -> None:
    assert {identity(message.id) for message in catalogue(folder) if message.id} == template()


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_text_is_missing(folder: str) -> None:
    wanted = needed_of_clients(folder) if folder == INFORMAL else needed(folder)

    assert wanted & empty(catalogue(folder)) == set()


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_text_is_guessed(folder: str) -> None:
    assert [message.id for message in catalogue(folder) if message.fuzzy] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_text_has_lost_a_placeholder(folder: str) -> None:
    assert lost_placeholders(catalogue(folder)) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_compiled_catalogue_is_fresh(folder: str) -> None:
    fresh = BytesIO()
    write_mo(fresh, catalogue(folder))

    compiled = FOLDER / folder / "LC_MESSAGES" / "messages.mo"
    assert compiled.read_bytes() == fresh.getvalue()


def test_a_missing_text_and_a_lost_placeholder_are_found() -> None:
    broken = Catalog(locale="en")
    broken.add("Noch %(count)s Minuten", "A few minutes left")
    broken.add("Ende", "")
    broken.add(("%(num)s Termin", "%(num)s Termine"), ("%(num)s date", ""))

    assert empty(broken) == {"Ende", "%(num)s Termin"}
    assert lost_placeholders(broken) == ["Noch %(count)s Minuten"]


def test_informal_texts_never_say_the_formal_word() -> None:
    said = [text for message in catalogue(INFORMAL) if message.id for text in forms(message.string)]

    assert len(said) > 30
    assert [text for text in said if STILL_FORMAL.search(text)] == []


def test_simple_texts_have_short_sentences() -> None:
    said = [text for message in catalogue(SIMPLE) if message.id for text in forms(message.string)]
    sentences = [part for text in said for part in re.split(r"[.?:]\s", text)]

    assert [part for part in sentences if len(part.split()) > 14] == []


@pytest.mark.parametrize("address", CLIENT_PAGES)
def test_every_page_offers_every_language(olaf: Visitor, address: str) -> None:
    olaf.get(address)

    for name in ("Deutsch", "English", "Einfache Sprache"):
        olaf.find(name)
    assert "Pseudo" not in olaf.page.text
    assert "(du)" not in olaf.page.text


@pytest.mark.parametrize("address", CLIENT_PAGES)
def test_simple_pages_say_what_they_are(olaf: Visitor, address: str) -> None:
    olaf.get("/mitte/")
    olaf.press("Einfache Sprache")

    page = olaf.get(address)

    assert '<html lang="de-x-einfach">' in page.text
    assert "Schnell weg von dieser Seite" in page.text


def test_a_simple_page_has_dates_in_full(olaf: Visitor) -> None:
    olaf.get("/mitte/book/s1/video/2026-12-07/")

    page = olaf.press("Einfache Sprache")

    assert "Montag, 7. Dezember 2026" in words(page)


def test_the_browser_may_wish_for_a_language_with_its_country(olaf: Visitor) -> None:
    olaf.headers["Accept-Language"] = "fr-FR,en-US;q=0.8,de;q=0.5"
    assert '<html lang="en">' in olaf.get("/mitte/").text

    olaf.headers["Accept-Language"] = "de-AT,en;q=0.5"
    assert '<html lang="de">' in olaf.get("/mitte/").text

    olaf.headers["Accept-Language"] = "xx"
    assert '<html lang="de">' in olaf.get("/mitte/").text


def test_a_request_and_its_mails_are_in_the_language_of_the_page(
    office: Office, olaf: Visitor
) -> None:
    olaf.get("/mitte/book/s1/video/2026-12-07/")
    olaf.press("Einfache Sprache")
    olaf.press("09:00")
    olaf.press("Anfrage senden", email="olaf@post.example")

    mail = MailComposer(office.ports).compose(office.mails()[-1])
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("Ihre Anfrage ist da. Der Termin ist noch nicht fest.")
    assert "Ihre Anfrage ist da." in words(olaf.page)


def test_the_pseudo_language_runs_from_right_to_left(olaf: Visitor) -> None:
    olaf.headers["Accept-Language"] = "ar-XB,de;q=0.5"

    page = olaf.get("/mitte/")

    assert '<html lang="ar-XB" dir="rtl">' in page.text
    assert "\u202eWie\u202c \u202ekönnen\u202c" in page.text
    assert "ديسمبر" in olaf.get("/mitte/book/s1/video/").text


def test_nobody_is_given_the_pseudo_language_outside_of_the_demo(office: Office) -> None:
    grace = Visitor(make_app(office.ports))
    grace.headers["Accept-Language"] = "ar-XB,de;q=0.5"
    grace.client.set_cookie("__Host-lang", "ar-XB", domain="termine.example", secure=True)

    page = grace.get("/mitte/")

    assert '<html lang="de">' in page.text
    assert "\u202e" not in page.text


def test_a_placeholder_is_never_turned() -> None:
    turned = catalogues.turned("Noch %(count)s Minuten, 100 %% und #.")

    assert turned % {"count": 3} == (
        "\u202eNoch\u202c 3 \u202eMinuten\u202c, 100 % \u202eund\u202c #."
    )


def test_a_text_without_a_catalogue_entry_stays_german() -> None:
    assert catalogues.text_in("de-x-einfach", "Das gibt es nirgends.") == "Das gibt es nirgends."
    assert catalogues.texts_in("en", "ein Nirgends", "viele Nirgends", 2) == "viele Nirgends"
    assert catalogues.text_in("xx", "Termine") == "Termine"


def configure_texts(office: Office, **changes: object) -> None:
    mitte = office.institution()
    office.configure(replace(mitte, texts=replace(mitte.texts, **changes)))  # type: ignore[arg-type]  # by name


def test_own_texts_are_in_the_visitors_language(office: Office, olaf: Visitor) -> None:
    configure_texts(
        office, welcome="Guten Tag.", translations=(Translation("en", "welcome", "Good morning."),)
    )
    olaf.headers["Accept-Language"] = "en"

    page = olaf.get("/mitte/")

    assert "<div><p>Good morning.</p></div>" in page.text
    assert "Guten Tag" not in page.text


@pytest.mark.parametrize("language", ["en", "de-x-einfach"])
def test_an_own_text_in_german_alone_is_marked_as_german(
    office: Office, olaf: Visitor, language: str
) -> None:
    configure_texts(office, welcome="Guten Tag.")
    olaf.headers["Accept-Language"] = language

    page = olaf.get("/mitte/")

    assert f'<html lang="{language}">' in page.text
    assert '<div lang="de"><p>Guten Tag.</p></div>' in page.text


def test_german_on_a_page_from_right_to_left_is_marked_with_its_direction(
    office: Office, olaf: Visitor
) -> None:
    configure_texts(office, welcome="Guten Tag.")
    olaf.headers["Accept-Language"] = "ar-XB"

    assert '<div lang="de" dir="ltr"><p>Guten Tag.</p></div>' in olaf.get("/mitte/").text


def test_a_service_has_its_name_and_description_in_the_visitors_language(
    office: Office, olaf: Visitor
) -> None:
    mitte = office.institution()
    talk = replace(
        mitte.services[0],
        description="Zum Kennenlernen.",
        translations=(Translation("en", "public_name", "First talk"),),
    )
    office.configure(replace(mitte, services=(talk,)))
    olaf.headers["Accept-Language"] = "en"

    start, month = olaf.get("/mitte/"), olaf.get("/mitte/book/s1/video/")

    assert "<h2>First talk</h2>" in start.text
    assert '<span lang="de">Zum Kennenlernen.</span>' in start.text
    assert "First talk, 50 minutes" in words(month)


def test_an_informal_centre_says_du_and_another_does_not(office: Office, olaf: Visitor) -> None:
    informal = FormOfAddress.INFORMAL
    office.configure(replace(office.institution(), form_of_address=informal))

    mitte, nord = words(olaf.get("/mitte/")), words(olaf.get("/nord/"))
    olaf.get("/mitte/book/s1/video/")

    assert "Wie können wir dir helfen?" in mitte
    assert "Wie können wir Ihnen helfen?" in nord
    assert '<html lang="de">' in olaf.page.text
    assert "Wann passt es dir?" in words(olaf.page)
    assert not STILL_FORMAL.search(mitte)


def test_staff_of_an_informal_centre_read_the_usual_words(office: Office, alice: Visitor) -> None:
    informal = FormOfAddress.INFORMAL
    office.configure(replace(office.institution(), form_of_address=informal))

    assert "Warten auf Ihre Antwort" in words(alice.get("/staff/"))


def test_pages_have_the_gender_form_of_the_centre(office: Office, alice: Visitor) -> None:
    office.configure(replace(office.institution(), gender_form=GenderForm.STAR))

    page = words(alice.get("/staff/booking-times"))

    assert "Klient*innen" in page
    assert "Klient:innen" not in page


def test_a_name_with_a_colon_stays_as_it_is(office: Office, olaf: Visitor) -> None:
    staff = (make_entry("alice@mitte.example", name="Team:in Nord"),)
    mitte = replace(office.institution(), gender_form=GenderForm.STAR, staff=staff)
    office.configure(replace(mitte, name="Haus:innen"))

    assert "Haus:innen" in olaf.get("/mitte/").text


def test_a_film_of_another_provider_is_a_plain_link(office: Office, olaf: Visitor) -> None:
    configure_texts(office, sign_language_video="https://film.example/1")

    page = olaf.get("/mitte/")

    assert "Video in Gebärdensprache (fremder Anbieter)" in page.text
    assert page.text.count("film.example") == 1
    assert '<a href="https://film.example/1" rel="noreferrer">' in page.text
    assert olaf.get("/mitte/video").status_code == 404


def test_a_film_of_our_own_is_sent_in_parts(office: Office, olaf: Visitor, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"0123456789")
    configure_texts(office, sign_language_video=str(film))

    with olaf.get("/mitte/video") as whole:
        assert (whole.status_code, whole.mimetype, whole.data) == (200, "video/mp4", b"0123456789")
        assert "media-src 'self'" in whole.headers["Content-Security-Policy"]
    with olaf.get("/mitte/video", headers={"Range": "bytes=2-4"}) as part:
        assert (part.status_code, part.data) == (206, b"234")
    assert 'href="/mitte/video"' in olaf.get("/mitte/").text


def test_without_a_film_there_is_no_place_for_one(olaf: Visitor) -> None:
    assert "Gebärdensprache" not in olaf.get("/mitte/").text
    assert olaf.get("/mitte/video").status_code == 404


def test_the_statement_links_to_feedback_and_arbitration(office: Office, olaf: Visitor) -> None:
    told = "Schreiben Sie an termine@mitte.example. Streit: https://www.schlichtung.example/a."
    configure_texts(office, accessibility=told)

    page = olaf.get("/mitte/text/barrierefreiheit")

    assert '<a href="mailto:termine@mitte.example" rel="noreferrer">' in page.text
    assert '<a href="https://www.schlichtung.example/a" rel="noreferrer">' in page.text


def test_the_style_knows_no_left_and_no_right() -> None:
    sheet = (ROOT / "web" / "assisto_web" / "static" / "style.css").read_text(encoding="utf-8")

    assert re.findall(r"[\w-]*\b(?:left|right)\b[\w-]*\s*:|:\s*(?:left|right)\b", sheet) == []


@pytest.mark.parametrize("locale", ["en", "de-x-einfach"])
def test_another_web_site_says_which_language_the_mails_have(
    office: Office, olaf: Visitor, locale: str
) -> None:
    body = {"service": "s1", "channel": "video", "start": "2026-12-07T09:00:00+01:00"}
    body |= {"email": "olaf@post.example", "locale": locale}

    answer = olaf.client.post("/api/v1/mitte/requests", json=body)

    assert answer.status_code == 201
    message = MailComposer(office.ports).compose(office.mails()[-1])
    page = message.get_body(("html",))
    assert page is not None
    assert f'<html lang="{locale}" dir="ltr">' in page.get_content()


@pytest.mark.parametrize("locale", ["xx", "ar-XB", "de-x-du", 1])
def test_another_web_site_cannot_ask_for_a_language_that_there_is_not(
    olaf: Visitor, locale: object
) -> None:
    body = {"service": "s1", "channel": "video", "start": "2026-12-07T09:00:00+01:00"}

    answer = olaf.client.post("/api/v1/mitte/requests", json={**body, "locale": locale})

    assert answer.status_code == 422
    assert "locale" in str(answer.json)
