"""The centre's own words, in German and in the other languages that it writes."""

from __future__ import annotations

from dataclasses import dataclass

from assisto_caldav.domain.languages import Said, Translation, said

TEXT_KEYS = ("welcome", "crisis", "imprint", "data_protection", "accessibility")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The centre's own words, plain text; an empty line begins a paragraph.

    The fields are German; ``translations`` holds the same keys in other
    languages. ``sign_language_video`` is a file of ours, or an https address.
    """

    crisis: str
    imprint: str
    data_protection: str
    accessibility: str
    welcome: str = ""
    sign_language_video: str = ""
    translations: tuple[Translation, ...] = ()

    def said(self, key: str, language: str) -> Said:
        """Return one of the texts in a language, with the language that it is really in."""
        return said(self.translations, key, str(getattr(self, key)), language)

    def data_protection_in(self, language: str) -> str:
        """Return the notice of Art. 13 DSGVO in a language, German where there is no other."""
        return self.said("data_protection", language).text
