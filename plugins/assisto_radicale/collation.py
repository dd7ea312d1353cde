"""How text is compared (RFC 4790 §9, RFC 5051), and what a text must have in it to match."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ASCII: Final = "i;ascii-casemap"
OCTET: Final = "i;octet"
UNICODE: Final = "i;unicode-casemap"
COLLATIONS: Final = (ASCII, OCTET, UNICODE)

_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_FOLDINGS = ("\n ", "\n\t", "\r ", "\r\t")
_FOLDING = re.compile(r"(?:\r*+\n|\r)[ \t]")
# No letter of these is ever written in another way, in a value or a parameter.
_WRITTEN_AS_IT_IS = re.compile(r"[A-Za-z0-9 @.+_-]+", re.ASCII)


def fold_case(text: str, collation: str) -> str:
    """Return the text as the collation compares it."""
    if collation == OCTET:
        return text
    if text.isascii():
        return text.lower() if collation == ASCII else text.upper()
    if collation == ASCII:
        return text.translate(_ASCII_LOWER)
    return unicodedata.normalize("NFKD", "".join(map(_title, text)))


def _title(character: str) -> str:
    # RFC 5051 knows the simple mapping alone: no letter becomes two.
    titled = character.title()
    return titled if len(titled) == 1 else character


def needle_of(text: str, collation: str) -> str:
    """Return what the text of an object must have in it for a value to contain this.

    In upper case, as ``haystack_of`` is; "" where nothing can be said.
    """
    if collation == UNICODE or not _WRITTEN_AS_IT_IS.fullmatch(text):
        return ""
    return text.upper()


def haystack_of(text: str) -> str:
    """Return an object's text unfolded and in upper case."""
    if any(folding in text for folding in _FOLDINGS):
        text = _FOLDING.sub("", text)
    return text.upper()
