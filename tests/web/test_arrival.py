"""The page after a request: the access code to read, to hear, and to scan."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from flask import Flask

from assisto_web.qr import qr_picture
from tests.web.test_booking import reach_form, words
from tests.web.visitor import Visitor

CODE = re.compile(
    r'<p class="code" translate="no" aria-hidden="true">([0-9A-Z]{4}(?:-[0-9A-Z]{4})+)<'
)


def test_the_picture_leads_another_device_to_the_appointment(app: Flask, olaf: Visitor) -> None:
    reach_form(olaf)
    page = olaf.press("Anfrage senden").text
    found = CODE.search(page)
    assert found

    assert str(qr_picture(f"https://termine.example/mitte/a/{found[1]}")) in page
    other = Visitor(app).get(f"/mitte/a/{found[1]}")
    assert "Ihr Termin" in words(other)


def test_the_code_is_spelt_for_whoever_hears_it(olaf: Visitor) -> None:
    reach_form(olaf)
    page = olaf.press("Anfrage senden").text
    found = CODE.search(page)
    assert found

    assert " ".join(found[1].replace("-", ",")) in page


def test_code_and_picture_are_shown_once(olaf: Visitor) -> None:
    reach_form(olaf)
    page = olaf.press("Anfrage senden").text
    found = CODE.search(page)
    assert found

    again = olaf.get("/mitte/a/").text

    assert found[1] not in again
    assert 'class="qr"' not in again


def test_a_picture_has_neither_style_nor_script_and_a_white_margin() -> None:
    drawn = ET.fromstring(str(qr_picture("https://termine.example/mitte/a/ABCD")))

    names = {name for node in drawn.iter() for name in node.attrib}
    assert "style" not in names
    assert drawn[0].get("fill") == "#fff"
    assert drawn.get("viewBox")
