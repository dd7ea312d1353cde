"""Telephone numbers as links."""

from __future__ import annotations

import pytest

from assisto_web.phone_links import phone_links


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Lebensgefahr: 112.", ["112"]),
        ("0800 111 0 111, 0800 111 0 222 oder 116 123.", ["08001110111", "08001110222", "116123"]),
        ("+49 30 12345 oder 030/123-45", ["+493012345", "03012345"]),
        ("24 Stunden, 365 Tage, seit 1998, 10115 Berlin, § 203", []),
    ],
)
def test_numbers_become_links(text: str, links: list[str]) -> None:
    shown = phone_links(text)

    assert [part.partition('"')[0] for part in shown.split('href="tel:')[1:]] == links


def test_markup_stays_text() -> None:
    assert phone_links("<b> 112") == '&lt;b&gt; <a class="number" href="tel:112">112</a>'
