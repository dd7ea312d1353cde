"""A centre's own colours, logo and titles on its pages; the parts that pages are made of."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from assisto_caldav.config.logo import check_logo
from assisto_caldav.domain.institution import Look
from assisto_caldav.domain.logo import Logo
from assisto_web.app import make_app
from assisto_web.demo import ICONS
from tests.office import Office
from tests.web.visitor import Visitor, title

TEMPLATES = Path(__file__).resolve().parents[2] / "web" / "assisto_web" / "templates"
COMPONENTS = TEMPLATES / "_components.html"
PAGE = TEMPLATES / "demo_components.html"

OWN = Look(accent="#7a2e5d", accent_dark="#eab0d2")


def test_the_pages_of_a_centre_with_colours_refer_to_them(office: Office, olaf: Visitor) -> None:
    office.configure(replace(office.institution(), look=OWN))
    page = olaf.get("/mitte/").text
    address = "/mitte/look.css?v=7a2e5deab0d2"

    assert address in page
    sheet = olaf.get(address)
    assert sheet.content_type == "text/css; charset=utf-8"
    assert "max-age" in sheet.headers["Cache-Control"]
    assert "--accent: #7a2e5d" in sheet.text
    assert "--accent: #eab0d2" in sheet.text.partition("dark")[2]
    assert "Set-Cookie" not in sheet.headers


def test_without_colours_there_is_no_such_sheet(olaf: Visitor) -> None:
    assert "look.css" not in olaf.get("/mitte/").text
    assert olaf.get("/mitte/look.css").status_code == 404


def a_logo() -> Logo:
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40"><path d="M0 0h9"/></svg>'
    return check_logo(drawn, "Ein Haus")


def test_the_logo_stands_in_the_header_under_the_address_of_its_content(
    office: Office, olaf: Visitor
) -> None:
    logo = a_logo()
    office.configure(replace(office.institution(), look=Look(logo=logo)))
    address = f"/mitte/logo/{logo.digest}"

    assert f'src="{address}" alt="Ein Haus" width="80" height="40"' in olaf.get("/mitte/").text
    picture = olaf.get(address)
    assert (picture.data, picture.content_type) == (logo.content, "image/svg+xml")
    assert picture.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in picture.headers
    assert olaf.get("/mitte/logo/0000000000000000").status_code == 404
    assert olaf.get(f"/nord/logo/{logo.digest}").status_code == 404


CLIENT_PAGES = ("/mitte/", "/mitte/code", "/mitte/text/impressum", "/mitte/nothing-here")


@pytest.mark.parametrize("path", CLIENT_PAGES)
def test_neutral_pages_have_one_title_and_a_plain_icon(
    office: Office, olaf: Visitor, path: str
) -> None:
    telling, icon = title(olaf.get(path)), icon_of(olaf.page.text)
    own = Look(neutral=True, neutral_title="Kalender")
    office.configure(replace(office.institution(), look=own))

    page = olaf.get(path)

    assert title(page) == "Kalender" != telling
    assert icon_of(page.text) != icon
    assert '<meta name="description" content="Kalender">' in page.text
    assert office.institution().name in page.text


def test_a_neutral_page_with_an_error_keeps_its_title(office: Office, olaf: Visitor) -> None:
    office.configure(replace(office.institution(), look=Look(neutral=True)))
    olaf.get("/mitte/code")

    page = olaf.press("Termin ansehen", code="AAAA-BBBB-CCCC")

    assert 'class="summary"' in page.text
    assert title(page) == "Termine"


def icon_of(markup: str) -> str:
    return markup.partition('rel="icon"')[2].partition(">")[0]


def test_the_components_are_shown_in_the_demo_alone(office: Office, olaf: Visitor) -> None:
    shown = olaf.get("/demo/components").text
    for macro in re.findall(r"{% macro (\w+)\(", COMPONENTS.read_text(encoding="utf-8")):
        assert f"ui.{macro}(" in PAGE.read_text(encoding="utf-8"), macro
    assert shown.count('class="icon') > len(ICONS)
    for name in re.findall(r'name == "(\w+)"', (TEMPLATES / "_icons.html").read_text()):
        assert name in ICONS

    assert Visitor(make_app(office.ports)).get("/demo/components").status_code == 404
