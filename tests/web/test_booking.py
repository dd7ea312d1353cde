"""Booking as a client meets it: service, day, time, form, appointment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assisto_caldav.domain.appointment import State
from tests.office import ALICE, MONDAY, Office, at, open_times, send_request
from tests.web.visitor import Visitor, title, words

MONTH = "/mitte/book/s1/video/"
DAY = f"{MONTH}{MONDAY.isoformat()}/"
NINE = "09:00 bis 09:50 Uhr"


def reach_form(visitor: Visitor, time: str = NINE) -> Visitor:
    visitor.get(DAY)
    visitor.press(time)
    assert visitor.page.status_code == 200, words(visitor.page)
    return visitor


def test_the_first_page_offers_services_by_their_public_names(olaf: Visitor) -> None:
    page = olaf.get("/mitte/")

    assert "Gespräch zu zweit" in words(page)
    assert "Paarberatung" not in page.text
    assert "Suchtberatung" not in page.text
    assert "Mittwoch, 2. Dezember 2026, 09:00" in words(page)


def test_two_centres_are_listed_and_one_is_gone_to(office: Office, olaf: Visitor) -> None:
    both = words(olaf.get("/"))
    office.config.config = replace(
        office.config.config, institutions={"mitte": office.institution()}
    )

    page = olaf.get("/")

    assert "Beratungsstelle Nord" in both
    assert page.request.path == "/mitte/"


def test_the_month_opens_where_there_is_free_time_and_counts_it(olaf: Visitor) -> None:
    page = olaf.get(MONTH)

    assert "Dezember 2026" in words(page)
    assert f'href="{DAY}"' in page.text
    link = page.text.partition(f'href="{DAY}"')[2].partition("</a>")[0]
    assert '<span class="visually-hidden">Montag, 7. Dezember, 3 freie Termine</span>' in link


@pytest.mark.parametrize("month", ["1999-01", "9999-12"])
def test_a_month_out_of_reach_shows_the_nearest(olaf: Visitor, month: str) -> None:
    page = olaf.get(f"{MONTH}?month={month}")

    assert page.status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere/",
        "/mitte/book/s9/video/",
        "/mitte/book/s1/chat/",
        "/mitte/book/s1/fax/",
        f"{MONTH}?month=December",
        f"{MONTH}?counsellor=frank",
        f"{MONTH}?language=fr",
        f"{MONTH}2026-02-30/",
        "/mitte/text/nothing",
        "/mitte/book/form/0/",
    ],
)
def test_what_there_is_not_is_said_kindly(olaf: Visitor, address: str) -> None:
    page = olaf.get(address)

    assert page.status_code == 404
    assert "Diese Seite gibt es nicht" in words(page)


def test_an_empty_day_offers_the_next_times(office: Office, olaf: Visitor) -> None:
    page = olaf.get(f"{MONTH}2026-12-06/")

    assert "An diesem Tag ist nichts mehr frei." in words(page)
    assert "Diese Termine sind die nächsten" in words(page)


def test_a_chosen_time_is_held_and_the_form_says_until_when(olaf: Visitor) -> None:
    reach_form(olaf)

    shown = words(olaf.page)
    assert "bis 12:15 Uhr" in shown
    assert "Montag, 7. Dezember 2026, 09:00 bis 09:50 Uhr" in shown
    assert "Das liest niemand sofort. In Not: 112" in shown


def test_a_request_leads_to_its_code(office: Office, olaf: Visitor) -> None:
    reach_form(olaf)

    page = olaf.press("Anfrage senden", text="Ich weiß nicht weiter.", name="Olaf")

    assert page.status_code == 200
    assert page.request.path == "/mitte/a/"
    assert "Ihre Anfrage ist angekommen." in words(page)
    assert "Sie ist noch nicht bestätigt." in words(page)
    assert "bis Mittwoch, 2. Dezember 2026, 12:00 Uhr" in words(page)
    with office.ports.database.reading() as unit:
        made = unit.appointments.of_counsellors([ALICE], [State.REQUESTED])
        details = unit.appointments.details(made[0].id)
    assert [one.start for one in made] == [at(MONDAY, "09:00")]
    assert (details.name, details.text) == ("Olaf", "Ich weiß nicht weiter.")


def test_an_empty_form_is_enough(olaf: Visitor) -> None:
    reach_form(olaf)

    page = olaf.press("Anfrage senden")

    assert "Ihr Zugangscode" in words(page)


@pytest.mark.parametrize("field", ["email", "phone"])
def test_an_error_keeps_what_was_typed(olaf: Visitor, field: str) -> None:
    reach_form(olaf)

    page = olaf.press("Anfrage senden", text="Mein langer Text", **{field: "so nicht"})

    assert page.status_code == 422
    assert "Mein langer Text" in page.text
    assert "Bitte schreiben Sie die" in words(page)
    assert f'href="#f-{field}"' in page.text
    assert 'value="so nicht"' in page.text
    assert title(page).startswith("Bitte prüfen:")


def test_holding_longer_keeps_what_was_typed(office: Office, olaf: Visitor) -> None:
    reach_form(olaf)
    office.clock.advance(600)

    page = olaf.press("Zeit länger freihalten", text="Noch nicht fertig")

    assert "bis 12:25 Uhr" in words(page)
    assert "Noch nicht fertig" in page.text


def test_a_lapsed_hold_still_sends(office: Office, olaf: Visitor) -> None:
    reach_form(olaf)
    office.clock.advance(3600)
    with office.ports.database.writing() as unit:
        unit.holds.purge(before=office.clock.now())

    page = olaf.press("Anfrage senden", text="Spät, aber doch")

    assert "Ihre Anfrage ist angekommen." in words(page)


def test_a_taken_time_offers_others_and_keeps_what_was_typed(office: Office, olaf: Visitor) -> None:
    reach_form(olaf)
    office.clock.advance(3600)
    send_request(office)

    page = olaf.press("Anfrage senden", text="Bitte nicht verlieren", name="Olaf")

    assert page.status_code == 409
    assert "Diese Uhrzeit ist gerade vergeben worden." in words(page)
    assert "Was Sie geschrieben haben, bleibt erhalten." in words(page)
    page = olaf.press("Mittwoch, 2. Dezember 2026")
    assert page.status_code == 200
    assert "Bitte nicht verlieren" in page.text
    page = olaf.press("Anfrage senden")
    assert "Bitte nicht verlieren" in words(page)


def test_a_time_taken_before_it_is_held_offers_others(office: Office, olaf: Visitor) -> None:
    olaf.get(DAY)
    send_request(office)

    page = olaf.press(NINE)

    assert page.status_code == 409
    assert "Diese sind noch frei:" in words(page)


def test_another_tab_costs_nobody_what_they_typed(olaf: Visitor) -> None:
    reach_form(olaf)
    first_tab = olaf.page
    reach_form(olaf, "10:00 bis 10:50 Uhr")
    olaf.page = first_tab

    page = olaf.press("Anfrage senden", text="Aus dem ersten Fenster")

    assert "09:00 bis 09:50" in words(page)
    assert "Aus dem ersten Fenster" in words(page)


def test_a_hold_is_nobody_elses(olaf: Visitor, mallory: Visitor) -> None:
    reach_form(olaf)

    page = mallory.get(olaf.page.request.path)

    assert page.status_code == 404


def test_a_client_may_choose_the_counsellor(office: Office, olaf: Visitor) -> None:
    open_times(office, "bob@mitte.example")

    page = olaf.get(f"{DAY}?counsellor=bob")
    page = olaf.press(NINE)
    page = olaf.press("Anfrage senden")

    assert "Bei Bob" in words(page)


def test_no_counsellor_shows_where_clients_may_not_choose(office: Office, olaf: Visitor) -> None:
    office.configure(replace(office.institution(), choose_counsellor=False))
    seen = [olaf.get("/mitte/"), olaf.get(MONTH), olaf.get(DAY)]
    seen.append(olaf.press(NINE))
    seen.append(olaf.press("Anfrage senden", email="so nicht"))
    seen.append(olaf.press("Anfrage senden", email=""))

    assert seen[-1].request.path == "/mitte/a/"
    for page in seen:
        assert "alice" not in page.text.lower(), page.request.path


def test_text_is_shown_as_text(olaf: Visitor) -> None:
    reach_form(olaf)

    page = olaf.press("Anfrage senden", text="<script>alert(1)</script>")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_a_start_that_is_no_time_is_refused(olaf: Visitor) -> None:
    data = {"csrf": olaf.token(), "service": "s1", "channel": "video"}

    answers = [
        olaf.post("/mitte/book/hold", {**data, "start": start}).status_code
        for start in ("", "abc", "99999999999999999999", str(at(MONDAY, "09:07")))
    ]

    assert answers == [400, 400, 400, 409]
