"""Texts that a centre has until it writes its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assisto_caldav.domain import (
    standard_texts_de,
    standard_texts_du,
    standard_texts_einfach,
    standard_texts_en,
)
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.gender import in_form
from assisto_caldav.domain.institution import CalendarShows, Institution
from assisto_caldav.domain.languages import GERMAN, INFORMAL_GERMAN, chain
from assisto_caldav.domain.standard_words import StandardWords

_WORDS: Mapping[str, StandardWords] = {
    GERMAN: standard_texts_de.WORDS,
    "en": standard_texts_en.WORDS,
    "de-x-einfach": standard_texts_einfach.WORDS,
    INFORMAL_GERMAN: standard_texts_du.WORDS,
}
LANGUAGES = tuple(_WORDS)
CRISIS = standard_texts_de.WORDS.crisis


@dataclass(frozen=True, slots=True)
class Facts:
    """What the texts are about; what is empty is left out, or said in our words."""

    centre: Institution
    imprint: str = ""
    officer: str = ""
    arbitration: str = ""


def texts_in(language: str, facts: Facts) -> Mapping[str, str]:
    """Return the standard texts in one of our languages, by their key in config."""
    words = _WORDS[next(tag for tag in chain(language) if tag in _WORDS)]
    texts = {
        "welcome": "",
        "crisis": words.crisis,
        "imprint": _imprint(words, facts.centre),
        "data_protection": _data_protection(words, facts),
        "accessibility": _accessibility(words, facts),
    }
    if language.partition("-")[0] != GERMAN:
        return texts
    return {key: in_form(text, facts.centre.gender_form) for key, text in texts.items()}


def _imprint(words: StandardWords, centre: Institution) -> str:
    """Return who is responsible, as far as the configuration tells."""
    reach = [words.phone.format(phone=centre.phone)] if centre.phone else []
    reach.append(words.mail.format(mail=centre.appointment_address))
    name, address = centre.name, centre.address
    who = address if address.startswith(name) else f"{name}\n{address}".strip()
    return "\n\n".join((who, "\n".join(reach)))


def _data_protection(words: StandardWords, facts: Facts) -> str:
    """Return the notice of Art. 13 DSGVO for what this software itself does."""
    centre = facts.centre
    shows_service = centre.calendar_shows is CalendarShows.SERVICE
    text = words.data_protection.format(
        imprint=facts.imprint or _imprint(words, centre),
        officer=f"{words.officer}\n{facts.officer}" if facts.officer else "",
        video=words.video if Channel.VIDEO in centre.channels else "",
        service=words.service_shown if shows_service else "",
        declined_days=centre.retention.declined_days,
        other_days=centre.retention.other_days,
        audit_days=centre.retention.audit_days,
    )
    return "\n\n".join(part for part in text.split("\n\n") if part)


def _accessibility(words: StandardWords, facts: Facts) -> str:
    """Return how to tell us of a barrier; it claims no test that nobody has made."""
    centre = facts.centre
    return words.accessibility.format(
        mail=centre.appointment_address,
        call=words.call.format(phone=centre.phone) if centre.phone else "",
        arbitration=facts.arbitration or words.arbitration,
    )
