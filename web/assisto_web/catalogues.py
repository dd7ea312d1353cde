"""The texts of pages in other languages: one folder under ``translations/`` for each.

German texts are the keys. Babel's own loader knows no private tags such as
``de-x-einfach``, so the compiled catalogues are read here.
"""

from __future__ import annotations

import re
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from assisto_caldav.domain.languages import GERMAN, PSEUDO, TONGUES, chain

FOLDER = Path(__file__).parent / "translations"
# Words, but not what is filled in later: %(name)s, and the # of scripts.
_WORD = re.compile(r"%\(\w+\)[sd]|%%|([^\W\d_]+)")
_TURNED = "\u202e{}\u202c"


@cache
def languages() -> frozenset[str]:
    """Return the tags of the languages that pages are written in."""
    there = (tag for tag, tongue in TONGUES.items() if _file(tongue.folder).is_file())
    return frozenset([GERMAN, *there])


def offered() -> dict[str, str]:
    """Return what a visitor may choose, by tag: each language's name in itself."""
    found = languages()
    return {tag: one.name for tag, one in TONGUES.items() if one.is_offered and tag in found}


def text_in(language: str, german: str) -> str:
    """Return a text in a language; German where its catalogue leaves it out."""
    if language == PSEUDO:
        return turned(german)
    return translations_of(language).gettext(german)


def texts_in(language: str, one: str, many: str, count: int) -> str:
    """Return a text that is counted in a language."""
    if language == PSEUDO:
        return turned(one if count == 1 else many)
    return translations_of(language).ngettext(one, many, count)


@cache
def translations_of(language: str) -> NullTranslations:
    """Return the compiled catalogue of a language, or of the nearest there is."""
    found = next(tag for tag in chain(language) if tag in languages())
    if found == GERMAN:
        return NullTranslations()
    with _file(TONGUES[found].folder).open("rb") as file:
        return GNUTranslations(file)


def turned(text: str) -> str:
    """Return a text as the pseudo language has it: each word runs from right to left."""
    return _WORD.sub(lambda found: _TURNED.format(found[1]) if found[1] else found[0], text)


def _file(folder: str) -> Path:
    return FOLDER / folder / "LC_MESSAGES" / "messages.mo"
