"""Finding what fits: filters, languages of counselling, questions, a list instead of the grid."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assisto_caldav.domain.appointment import State
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.languages import Translation
from assisto_caldav.domain.routing import RoutingAnswer, RoutingQuestion
from tests.office import ALICE, BOB, MONDAY, Office, open_times
from tests.web.visitor import Visitor, words

START = "/mitte/"
MONTH = "/mitte/book/s1/video/"
DAY = f"{MONTH}{MONDAY.isoformat()}/"
COUPLE = "Gespräch zu zweit"


@pytest.fixture
def babel(office: Office) -> Office:
    """Alice counsels in German and is busy on no day, Bob in Turkish, at the same times."""
    centre = office.institution()
    tongues = {ALICE: ("de",), BOB: ("tr",)}
    staff = tuple(replace(one, languages=tongues.get(one.login, ())) for one in centre.staff)
    office.configure(replace(centre, staff=staff, languages=("de", "tr")))
    open_times(office, BOB)
    return office


def counsellor_of_the_last(office: Office) -> str:
    with office.ports.database.reading() as unit:
        (made,) = unit.appointments.of_counsellors([ALICE, BOB], [State.REQUESTED])
    return made.counsellor


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ("", True),
        ("?channel=on_site", True),
        ("?channel=phone", False),
        ("?service=s2", True),
        ("?service=s1", False),
        ("?channel=fax&service=s9&language=xx&counsellor=nobody", True),
    ],
)
def test_services_are_narrowed_down(olaf: Visitor, asked: str, is_there: bool) -> None:
    page = olaf.get(f"{START}{asked}")

    assert page.status_code == 200
    assert (f"<h2>{COUPLE}</h2>" in page.text) is is_there


def test_the_form_keeps_what_was_chosen_and_can_be_left(olaf: Visitor) -> None:
    olaf.get(START)

    page = olaf.press("Passende zeigen", channel="phone", counsellor="bob")

    assert '<option value="phone" selected>Telefon</option>' in page.text
    assert '<option value="bob" selected>Bob</option>' in page.text
    assert "counsellor=bob" in page.text
    assert COUPLE in words(olaf.follow("Alle Beratungen zeigen"))


def test_whoever_is_free_stands_before_the_persons(olaf: Visitor) -> None:
    page = olaf.get(START).text

    first = page.index("egal, wer zuerst frei ist")
    assert first < page.index('<option value="alice">') < page.index('<option value="bob">')


def test_without_the_choice_of_persons_none_is_named(office: Office, olaf: Visitor) -> None:
    office.configure(replace(office.institution(), choose_counsellor=False))

    page = olaf.get(f"{START}?counsellor=alice")

    assert "Alice" not in page.text
    assert "counsellor=alice" not in page.text.partition("<main")[2].partition("</main>")[0]
    assert "Bei wem?" not in page.text


def test_nothing_that_fits_is_said_with_a_way_on(office: Office, olaf: Visitor) -> None:
    page = olaf.get(f"{START}?service=s2&channel=phone")

    assert "Dazu passt keine unserer Beratungen." in words(page)
    assert COUPLE in words(olaf.follow("Alle Beratungen zeigen"))


def test_a_centre_without_any_choice_has_no_filters(olaf: Visitor, office: Office) -> None:
    centre = office.institution()
    service = replace(centre.services[0], channels=(Channel.PHONE,))
    office.configure(replace(centre, services=(service,), choose_counsellor=False))

    assert "Auswahl eingrenzen" not in olaf.get(START).text


def test_the_languages_of_counselling_are_named(babel: Office, olaf: Visitor) -> None:
    assert "Sprachen der Beratung: Deutsch, Türkisch" in words(olaf.get(START))
    assert "Bob (Türkisch)" in olaf.get(MONTH).text


def test_one_language_is_named_without_a_filter(olaf: Visitor) -> None:
    page = words(olaf.get(START))

    assert "Sprache der Beratung: Deutsch" in page
    assert "In welcher Sprache?" not in page


def test_a_wished_language_goes_all_the_way(babel: Office, olaf: Visitor) -> None:
    olaf.get(f"{START}?language=tr")
    olaf.follow("Videochat")
    assert "Sprache der Beratung: Türkisch" in words(olaf.page)
    assert "Alice" not in olaf.page.text
    olaf.get(f"{DAY}?language=tr")
    olaf.press("09:00 bis 09:50 Uhr")
    assert "Sprache der Beratung: Türkisch" in words(olaf.page)

    olaf.press("Anfrage senden")

    assert counsellor_of_the_last(babel) == BOB


def test_the_language_holds_without_the_hold_too(babel: Office, olaf: Visitor) -> None:
    babel.configure(replace(babel.institution(), choose_counsellor=False))
    olaf.get(f"{DAY}?language=tr")
    olaf.press("09:00 bis 09:50 Uhr")
    babel.clock.advance(3600)

    olaf.press("Anfrage senden")

    assert counsellor_of_the_last(babel) == BOB


@pytest.mark.parametrize("asked", ["language=fr", "language=tr&counsellor=alice"])
def test_a_language_that_nobody_speaks_is_no_page(babel: Office, olaf: Visitor, asked: str) -> None:
    assert olaf.get(f"{MONTH}?{asked}").status_code == 404


def test_a_month_can_be_read_as_a_list(olaf: Visitor) -> None:
    olaf.get(f"{MONTH}?counsellor=alice")

    page = olaf.follow("Als Liste zeigen")

    assert "<table" not in page.text
    assert "Montag, 7. Dezember 3 freie Termine, ab 09:00 Uhr" in words(page)
    assert 'name="view" value="list"' in page.text
    olaf.follow("Monat danach")
    assert "Als Kalender zeigen" in words(olaf.page)
    assert "bei Alice" in words(olaf.page)
    assert "<table" in olaf.follow("Als Kalender zeigen").text


def test_an_empty_month_says_so_in_the_list(office: Office, olaf: Visitor) -> None:
    assert "In diesem Monat ist nichts frei." in words(
        olaf.get("/mitte/book/s1/video/?view=list&counsellor=bob")
    )


def test_where_nobody_travels_the_place_of_the_clock_is_named(olaf: Visitor) -> None:
    told = 'data-zone="Europe/Berlin" data-here="bei Ihnen # Uhr">Alle Uhrzeiten gelten in Berlin.'

    assert told in olaf.get(DAY).text
    assert "data-instant=" in olaf.page.text
    on_site = olaf.get(DAY.replace("video", "on_site")).text
    assert "data-zone" not in on_site
    assert "data-instant" not in on_site


ROUTING = (
    RoutingQuestion(
        question="Was passt?",
        translations=(Translation("en", "question", "What fits?"),),
        answers=(
            RoutingAnswer(text="Wir kommen zu zweit", service="s2"),
            RoutingAnswer(text="Am Telefon", service="s1", channel=Channel.PHONE),
            RoutingAnswer(text="Es eilt", hint="Rufen Sie an: 0800 111 0 111."),
        ),
    ),
)


def test_questions_lead_to_what_fits(office: Office, olaf: Visitor) -> None:
    office.configure(replace(office.institution(), routing=ROUTING))
    page = olaf.get(START)
    assert "Was passt?" in words(page)
    assert 'href="tel:08001110111"' in page.text.partition("Es eilt")[2].partition("</details>")[0]

    assert "Wann passt es Ihnen?" in words(olaf.follow("Am Telefon"))
    olaf.get(START)
    narrowed = words(olaf.follow("Wir kommen zu zweit"))

    assert COUPLE in narrowed
    assert "Was passt?" not in narrowed


def test_questions_are_asked_in_the_language_of_the_page(office: Office, olaf: Visitor) -> None:
    office.configure(replace(office.institution(), routing=ROUTING))
    olaf.headers["Accept-Language"] = "en"

    page = olaf.get(START)

    assert "What fits?" in words(page)
    assert '<a href="/mitte/?service=s2#services" lang="de">Wir kommen zu zweit</a>' in page.text
