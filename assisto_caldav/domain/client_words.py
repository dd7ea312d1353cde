"""What a client types into the form: cleaned, and refused with the way out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.identity import is_mail_address
from assisto_caldav.errors import InvalidInputError

LONGEST_NAME = 120
LONGEST_PHONE = 40
LONGEST_TEXT = 5_000
LONGEST_CALL_TIMES = 200
SHORTEST_PSEUDONYM, LONGEST_PSEUDONYM = 2, 40
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PHONE = re.compile(r"\+?[\d ()/.-]+(?:(?:ext\.?|DW|x) ?\d+)?", re.IGNORECASE)
_FEWEST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class _Bound:
    field: str
    longest: int
    what: str


_BOUNDS = (
    _Bound("name", LONGEST_NAME, "Dieser Name ist zu lang. Bitte kürzen Sie ihn."),
    _Bound("email", 254, "Diese E-Mail-Adresse ist zu lang."),
    _Bound("phone", LONGEST_PHONE, "Diese Telefonnummer ist zu lang."),
    _Bound("call_times", LONGEST_CALL_TIMES, "Diese Angabe ist zu lang. Bitte kürzen Sie sie."),
    _Bound("text", LONGEST_TEXT, "Dieser Text ist zu lang. Bitte kürzen Sie ihn."),
)


def clean_details(details: ClientDetails) -> ClientDetails:
    """Return what the client typed without stray spaces and control characters.

    Raises:
        InvalidInputError: Something is too long, or is no address or number;
            ``field`` is "name", "email", "phone", "call_times" or "text".
    """
    cleaned = ClientDetails(
        name=_line(details.name),
        email=_line(details.email),
        phone=_line(details.phone),
        text=_paragraphs(details.text),
        call_times=_line(details.call_times),
    )
    for bound in _BOUNDS:
        if len(getattr(cleaned, bound.field)) > bound.longest:
            raise InvalidInputError(bound.what, field=bound.field)
    if cleaned.email and not is_mail_address(cleaned.email):
        raise InvalidInputError(
            "Bitte schreiben Sie die E-Mail-Adresse wie in „name@example.org“,"
            " oder lassen Sie das Feld leer.",
            field="email",
        )
    if cleaned.phone and not _is_phone(cleaned.phone):
        raise InvalidInputError(
            "Bitte schreiben Sie die Telefonnummer in Ziffern, wie in „030 123456“,"
            " oder lassen Sie das Feld leer.",
            field="phone",
        )
    return cleaned


def clean_pseudonym(text: str) -> str:
    """Return an account's name without stray spaces and control characters.

    Raises:
        InvalidInputError: It is too short or too long; ``field`` is "pseudonym".
    """
    cleaned = _line(text)
    if not SHORTEST_PSEUDONYM <= len(cleaned) <= LONGEST_PSEUDONYM:
        raise InvalidInputError(
            "Bitte denken Sie sich einen Namen mit 2 bis 40 Zeichen aus.", field="pseudonym"
        )
    return cleaned


def clean_message(text: str) -> str:
    """Return a message without stray spaces and control characters.

    Raises:
        InvalidInputError: It is empty or too long; ``field`` is "message".
    """
    cleaned = _paragraphs(text)
    if not cleaned:
        raise InvalidInputError("Bitte schreiben Sie etwas.", field="message")
    if len(cleaned) > LONGEST_TEXT:
        raise InvalidInputError("Dieser Text ist zu lang. Bitte kürzen Sie ihn.", field="message")
    return cleaned


def _is_phone(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return digits >= _FEWEST_DIGITS and _PHONE.fullmatch(text) is not None


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _paragraphs(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_CONTROL.sub("", line).rstrip() for line in lines).strip()
