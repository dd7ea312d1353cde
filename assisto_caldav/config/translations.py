"""Read the tables of a text's other languages, such as ``[texts.en]``."""

from __future__ import annotations

from collections.abc import Sequence

from assisto_caldav.config.table import Table
from assisto_caldav.domain.languages import GERMAN, TONGUES, Translation, is_known

# Names go into page titles and lists, and stand in one line.
_IN_ONE_LINE = frozenset({"public_name"})


def read_translations(table: Table, keys: Sequence[str]) -> tuple[Translation, ...]:
    """Read the tables below ``table`` that are named by a language tag, with the same keys."""
    found: list[Translation] = []
    for tag in table.tables_below:
        if tag in keys:
            continue  # a table where a text belongs: the key itself is complained of
        below = table.table(tag)
        if tag == GERMAN or not is_known(tag):
            table.complain(tag, _problem(tag))
            continue
        for key in keys:
            text = below.text(key) if key in _IN_ONE_LINE else below.lines(key)
            if text:
                found.append(Translation(tag, key, text))
        below.finish()
    return tuple(found)


def _problem(tag: str) -> str:
    if tag == GERMAN:
        return "Die deutschen Texte stehen eine Ebene höher, ohne diesen Abschnitt."
    known = ", ".join(f"„{one}“" for one in TONGUES if one != GERMAN and is_known(one))
    return f"„{tag}“ ist keine Sprache, die wir kennen; möglich ist {known}."
