"""A centre's own colours on its pages."""

from __future__ import annotations

from dataclasses import replace

from assisto_caldav.domain.institution import Look
from tests.office import Office
from tests.web.visitor import Visitor

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
