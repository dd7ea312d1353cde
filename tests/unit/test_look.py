"""A centre's own colours: readable ones are taken, all else is refused with its ratio."""

from __future__ import annotations

import pytest

from assisto_caldav.config.document import Document
from assisto_caldav.config.look import read_look
from assisto_caldav.config.table import Table
from assisto_caldav.domain.contrast import contrast
from assisto_caldav.domain.institution import Look


def read(**look: object) -> tuple[Look, list[str]]:
    document = Document("mitte.toml")
    found = read_look(Table({"look": look} if look else {}, document))
    return found, [str(problem) for problem in document.problems]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#FFFFFF", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_ratios_are_those_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_what_is_no_colour_has_no_ratio() -> None:
    with pytest.raises(ValueError, match="no colour"):
        contrast("#fff", "#ffffff")


def test_without_a_table_the_colours_are_ours() -> None:
    assert read() == (Look(), [])


def test_two_colours_that_can_be_read_are_taken() -> None:
    found, problems = read(accent="#7A2E5D", accent_dark="#eab0d2")

    assert (found, problems) == (Look(accent="#7a2e5d", accent_dark="#eab0d2"), [])


@pytest.mark.parametrize(
    ("accent", "accent_dark", "key", "told"),
    [
        ("#ffcc00", "#eab0d2", "look.accent", "hellen Aussehen nicht gut lesen: Kontrast 1,4:1"),
        ("#7a2e5d", "#7a2e5d", "look.accent_dark", "dunklen Aussehen nicht gut lesen"),
        ("#787878", "#eab0d2", "look.accent", "Kontrast 4,2:1, nötig sind 4,5:1"),
        ("red", "#eab0d2", "look.accent", "„red“ ist keine Farbe wie „#0f5e63“."),
        ("#7a2e5d", "", "look.accent_dark", "gehören zwei"),
        ("", "#eab0d2", "look.accent", "gehören zwei"),
    ],
)
def test_others_are_refused_with_the_reason(
    accent: str, accent_dark: str, key: str, told: str
) -> None:
    _, problems = read(accent=accent, accent_dark=accent_dark)

    assert len(problems) == 1
    assert f"{key}: " in problems[0]
    assert told in problems[0]
