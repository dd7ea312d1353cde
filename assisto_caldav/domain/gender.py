"""The gender form: texts are written with a colon ("Berater:in"), and shown as configured."""

from __future__ import annotations

import re
from enum import StrEnum


class GenderForm(StrEnum):
    """How pages and mails write "Berater:in"."""

    COLON = "colon"
    STAR = "star"
    UNDERSCORE = "underscore"
    PAIR = "pair"


_SIGNS = {GenderForm.STAR: "*", GenderForm.UNDERSCORE: "_"}
_COLON = re.compile(r"(?<=[a-zäöüß]):(?=(?:in|innen|r|n|s|e)\b)")
_ONE = re.compile(r"\b(?:(eine|einer|die|der|jede|jeder|keine) )?(\w+):in\b", re.IGNORECASE)
_MANY = re.compile(r"\b(?:(den) )?(\w+):innen\b", re.IGNORECASE)
_OTHER = re.compile(r"\b(\w+):(r|n|s|e)\b")
# The article of the second half, by that of the first: "eine Beraterin oder ein Berater".
_MALE = {
    "eine": "ein",
    "einer": "einem",
    "die": "der",
    "der": "dem",
    "jede": "jeder",
    "jeder": "jedem",
    "keine": "kein",
}


def in_form(text: str, form: GenderForm) -> str:
    """Return a German text with "Berater:in" written as an institution writes it."""
    if form is GenderForm.COLON or ":" not in text:
        return text
    if form is not GenderForm.PAIR:
        return _COLON.sub(_SIGNS[form], text)
    text = _MANY.sub(_many, text)
    text = _ONE.sub(_one, text)
    return _OTHER.sub(_other, text)


def _one(found: re.Match[str]) -> str:
    article, stem = found[1] or "", found[2]
    if not article:
        return f"{stem}in oder {stem}"
    return f"{article} {stem}in oder {_MALE[article.lower()]} {stem}"


def _many(found: re.Match[str]) -> str:
    article, stem = found[1], found[2]
    male = stem if stem.endswith("er") else f"{stem}en"
    if not article:
        return f"{stem}innen und {male}"
    return f"{article} {stem}innen und {male if male.endswith('n') else f'{male}n'}"


def _other(found: re.Match[str]) -> str:
    """Write "jede:r" as "jede oder jeder"."""
    return f"{found[1]} oder {found[1]}{found[2]}"
