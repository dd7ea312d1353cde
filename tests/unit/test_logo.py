"""A centre's logo: what only draws is taken, what acts or calls out is refused with the reason."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from assisto_caldav.config.document import Document
from assisto_caldav.config.logo import MAX_BYTES, UnfitLogoError, check_logo
from assisto_caldav.config.look import read_look
from assisto_caldav.config.table import Table
from assisto_caldav.domain.institution import Look

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
GOOD = f'{HEAD} viewBox="0 0 80 40"><style>a{{fill:url(#b)}}</style><path d="M0 0h9"/></svg>'


def svg(inside: str, attributes: str = 'viewBox="0 0 80 40"') -> bytes:
    return f"{HEAD} {attributes}>{inside}</svg>".encode()


def png(width: int = 80, height: int = 40, *, size: int = 0) -> bytes:
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)
    return head + b"\0" * (size - len(head))


def read(folder: Path, **look: object) -> tuple[Look, list[str]]:
    document = Document(str(folder / "mitte.toml"))
    found = read_look(Table({"look": look}, document))
    return found, [str(problem) for problem in document.problems]


def test_the_type_is_what_is_in_the_file_not_its_name() -> None:
    assert check_logo(GOOD.encode(), "Haus").content_type == "image/svg+xml"
    assert check_logo(png(), "").content_type == "image/png"
    assert check_logo(png(120, 40), "").size == (120, 40)
    assert check_logo(svg("", 'width="20px" height="40"'), "").size == (20, 40)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (png(size=MAX_BYTES + 1), "höchstens sind es 60 kB"),
        (b"GIF89a", "weder ein PNG noch ein SVG"),
        (b"\x89PNG\r\n\x1a\n", "PNG-Datei ist beschädigt"),
        (png(0, 40), "Breite und Höhe"),
        (png(90_000, 40), "Breite und Höhe"),
        (png(3000, 40), "zu lang oder zu hoch"),
        (svg("<script>1</script>"), "enthält <script>"),
        (svg("<foreignObject/>"), "enthält <foreignObject>"),
        (svg('<p xmlns="http://www.w3.org/1999/xhtml"/>'), "enthält <p>"),
        (svg("<g/>", 'viewBox="0 0 9 9" onload="x()"'), "Ereignis „onload“"),
        (svg('<use xlink:href="https://e.example/a.svg#b"/>'), "etwas außerhalb der Datei"),
        (svg('<path fill="url(https://e.example/)"/>'), "etwas außerhalb der Datei"),
        (svg("<style>@import '//e.example/a.css'</style>"), "<style> auf etwas außerhalb"),
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + svg("&a;"), "DOCTYPE"),
        (svg("<g>"), "beschädigt oder nicht in UTF-8"),
        (svg("", ""), "fehlt die Größe"),
        (b"<svg/>", "Namensraum"),
    ],
)
def test_what_does_not_belong_there_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(UnfitLogoError) as refused:
        check_logo(content, "")

    assert told in str(refused.value)


def test_the_file_lies_beside_the_institutions(tmp_path: Path) -> None:
    (tmp_path / "haus.svg").write_text(GOOD)

    found, problems = read(tmp_path, logo="haus.svg", logo_alt="Ein Haus")

    assert problems == []
    assert found.logo is not None
    assert (found.logo.alt, found.logo.content) == ("Ein Haus", GOOD.encode())
    assert len(found.logo.digest) == 16


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../haus.svg", "kein Dateiname wie „logo.svg“"),
        ("/etc/passwd", "kein Dateiname"),
        ("fehlt.png", "lässt sich nicht lesen"),
        ("böse.svg", "enthält <script>"),
    ],
)
def test_another_file_is_a_problem_of_the_configuration(
    tmp_path: Path, name: str, told: str
) -> None:
    (tmp_path / "böse.svg").write_bytes(svg("<script/>"))

    found, problems = read(tmp_path, logo=name)

    assert found.logo is None
    assert len(problems) == 1
    assert "look.logo: " in problems[0]
    assert told in problems[0]


def test_neutral_titles_have_a_usual_word(tmp_path: Path) -> None:
    assert read(tmp_path, neutral=True)[0] == Look(neutral=True, neutral_title="Termine")
    assert read(tmp_path, neutral=True, neutral_title="Kalender")[0].neutral_title == "Kalender"
