"""The languages that we have a name for, and what is read where a text is missing.

A language is offered once there is a catalogue of it (docs/languages.md); this
table says only how it is called, written and dated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

GERMAN = "de"
INFORMAL_GERMAN = "de-x-du"
PSEUDO = "ar-XB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """A language by its tag (BCP 47), with its own name for itself.

    ``cldr`` names the data for dates; nobody has any for private tags.
    ``is_offered`` is False for what no visitor chooses: the informal address
    follows from the institution, and the pseudo language is for tests.
    """

    tag: str
    name: str
    cldr: str
    is_right_to_left: bool = False
    is_offered: bool = True

    @property
    def folder(self) -> str:
        """Return the name of its catalogue's folder: "de_einfach" for "de-x-einfach"."""
        return self.tag.replace("-x-", "-").replace("-", "_")

    @property
    def direction(self) -> str:
        """Return the direction as HTML spells it."""
        return "rtl" if self.is_right_to_left else "ltr"


TONGUES = {
    tongue.tag: tongue
    for tongue in (
        Tongue(tag=GERMAN, name="Deutsch", cldr="de"),
        Tongue(tag="en", name="English", cldr="en_GB"),
        Tongue(tag="de-x-einfach", name="Einfache Sprache", cldr="de"),
        Tongue(tag=INFORMAL_GERMAN, name="Deutsch (du)", cldr="de", is_offered=False),
        Tongue(tag="ar", name="العربية", cldr="ar", is_right_to_left=True),
        Tongue(tag="bg", name="Български", cldr="bg"),
        Tongue(tag="ckb", name="کوردی", cldr="ckb", is_right_to_left=True),
        Tongue(tag="cs", name="Čeština", cldr="cs"),
        Tongue(tag="da", name="Dansk", cldr="da"),
        Tongue(tag="es", name="Español", cldr="es"),
        Tongue(tag="fa", name="فارسی", cldr="fa", is_right_to_left=True),
        Tongue(tag="fr", name="Français", cldr="fr"),
        Tongue(tag="hr", name="Hrvatski", cldr="hr"),
        Tongue(tag="it", name="Italiano", cldr="it"),
        Tongue(tag="ku", name="Kurdî", cldr="ku"),
        Tongue(tag="nl", name="Nederlands", cldr="nl"),
        Tongue(tag="pl", name="Polski", cldr="pl"),
        Tongue(tag="pt", name="Português", cldr="pt"),
        Tongue(tag="ro", name="Română", cldr="ro"),
        Tongue(tag="ru", name="Русский", cldr="ru"),
        Tongue(tag="sq", name="Shqip", cldr="sq"),
        Tongue(tag="sr", name="Српски", cldr="sr"),
        Tongue(tag="ti", name="ትግርኛ", cldr="ti"),
        Tongue(tag="tr", name="Türkçe", cldr="tr"),
        Tongue(tag="uk", name="Українська", cldr="uk"),
        Tongue(tag="vi", name="Tiếng Việt", cldr="vi"),
        Tongue(tag=PSEUDO, name="Pseudo (rtl)", cldr="ar", is_right_to_left=True, is_offered=False),
    )
}


@dataclass(frozen=True, slots=True)
class Said:
    """A text with the language that it is really in, for ``lang`` in HTML."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Translation:
    """What one text of an institution, by its key in config, is in another language."""

    language: str
    key: str
    text: str


def tongue_of(tag: str) -> Tongue:
    """Return a language by its tag; the nearest that we know, German in the end."""
    return next(TONGUES[one] for one in chain(tag) if one in TONGUES)


def chain(tag: str) -> tuple[str, ...]:
    """Return where to look for a text, best first; German has every text.

    ``de-x-einfach`` falls back to ``de``, and ``pt-BR`` to ``pt`` and then ``de``.
    """
    return tuple(dict.fromkeys([*shortened(tag), GERMAN]))


def shortened(tag: str) -> list[str]:
    """Return a tag and what is left of it without its last parts: "pt-BR", "pt"."""
    parts = tag.replace("_", "-").split("-")
    shorter = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return [one for one in shorter if not one.endswith("-x")]


def is_known(tag: str) -> bool:
    """Say whether an institution may write texts for this language."""
    return tag in TONGUES and tag != PSEUDO


def said(translations: Iterable[Translation], key: str, german: str, language: str) -> Said:
    """Return a text in a language, in German where there is no other."""
    known = {one.language: one.text for one in translations if one.key == key}
    for tag in chain(language):
        if known.get(tag):
            return Said(known[tag], tag)
    return Said(german, GERMAN)
