"""Questions with which a centre leads visitors to what fits (Wegweiser)."""

from __future__ import annotations

from dataclasses import dataclass

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.languages import Said, Translation, said


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingAnswer:
    """An answer: it leads to a service, perhaps on one channel, or says whom else to ask.

    Exactly one of ``service`` (its id) and ``hint`` is filled in.
    """

    text: str
    service: str = ""
    channel: Channel | None = None
    hint: str = ""
    translations: tuple[Translation, ...] = ()

    def text_in(self, language: str) -> Said:
        """Return the answer, with the language that it is really in."""
        return said(self.translations, "text", self.text, language)

    def hint_in(self, language: str) -> Said:
        """Return whom else to ask, with the language that it is really in."""
        return said(self.translations, "hint", self.hint, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingQuestion:
    """A question above the services; nobody keeps what a visitor answers."""

    question: str
    answers: tuple[RoutingAnswer, ...]
    translations: tuple[Translation, ...] = ()

    def question_in(self, language: str) -> Said:
        """Return the question, with the language that it is really in."""
        return said(self.translations, "question", self.question, language)
