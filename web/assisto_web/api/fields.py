"""What another program sends: read once, every wrong field told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any, TypeVar

from flask import request

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.languages import GERMAN
from assisto_caldav.domain.localtime import parse_rfc3339
from assisto_caldav.domain.service import Service
from assisto_caldav.errors import InvalidInputError
from assisto_web.api.problems import CODE_MISSING, MALFORMED, MEDIA, FieldError, Problem
from assisto_web.i18n import LANGUAGES

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_BEARER = re.compile(r"bearer +(\S(?:.*\S)?)", re.IGNORECASE)
LONGEST_SECRET = 200
_NO = False
Value = TypeVar("Value")


class Fields:
    """The members of a body or the parameters of an address, read one by one.

    Each reading method notes what is wrong and returns None, so that reading
    goes on; ``finish`` raises all of it.
    """

    def __init__(self, given: dict[str, Any], known: Collection[str]) -> None:
        """Members that are not ``known`` are wrong: whoever misspells one learns of it."""
        self._given = given
        self.wrong = {name[:80]: "is no field here" for name in given if name not in known}

    def finish(self) -> None:
        """Raise what was wrong.

        Raises:
            FieldError: Something was.
        """
        if self.wrong:
            raise FieldError(self.wrong)

    def given(self, name: str) -> object:
        """Return a member as it came; None where it is missing."""
        return self._given.get(name)

    def text(self, name: str) -> str:
        """Return a text without spaces around it, "" where it is missing or null."""
        return self._of_type(name, str, "must be text", "").strip()

    def flag(self, name: str) -> bool:
        """Return true or false; false where it is missing or null."""
        return self._of_type(name, bool, "must be true or false", _NO)

    def table(self, name: str, known: Collection[str]) -> Fields:
        """Return an object within, an empty one where it is missing or null."""
        inner = Fields(self._of_type(name, dict, "must be an object", {}), known)
        self.wrong |= {f"{name}.{key}": text for key, text in inner.wrong.items()}
        inner.wrong = self.wrong
        return inner

    def _of_type(self, name: str, kind: type[Value], what: str, default: Value) -> Value:
        value = self._given.get(name)
        if value is None:
            return default
        if isinstance(value, kind):
            return value
        self.wrong[name] = what
        return default

    def service(self, institution: Institution) -> Service | None:
        """Read the id of a service that can be booked."""
        given = self.given("service")
        service = institution.find_service(given) if isinstance(given, str) else None
        if service is None or service not in institution.active_services:
            self.wrong["service"] = one_of(entry.id for entry in institution.active_services)
            return None
        return service

    def channel(self, institution: Institution, service: Service | None) -> Channel | None:
        """Read a channel that the service has."""
        offered = institution.channels_of(service) if service else tuple(Channel)
        found = next((entry for entry in offered if entry.value == self.given("channel")), None)
        if found is None:
            self.wrong["channel"] = one_of(entry.value for entry in offered)
        return found

    def counsellor(self, institution: Institution, service: Service | None) -> str | None:
        """Return a login for a public id; where clients may not choose, no id is known."""
        given = self.given("counsellor")
        if given in (None, ""):
            return None
        entry = institution.find_counsellor(given) if isinstance(given, str) else None
        is_fit = entry and institution.choose_counsellor
        if entry is None or not is_fit or (service and not entry.offers(service.id)):
            self.wrong["counsellor"] = "is no counsellor who can be chosen for this"
            return None
        return entry.login

    def instant(self, name: str) -> int | None:
        """Read a time with its offset."""
        return self._parsed(
            name,
            parse_rfc3339,
            "must be an RFC 3339 time with offset, such as 2026-12-08T14:30:00+01:00",
        )

    def day(self, name: str) -> date | None:
        """Read a day."""
        return self._parsed(name, _day, "must be a date, YYYY-MM-DD")

    def _parsed(self, name: str, parse: Callable[[str], Value], what: str) -> Value | None:
        given = self.given(name)
        try:
            if isinstance(given, str):
                return parse(given)
        except (InvalidInputError, ValueError, OverflowError):
            pass
        self.wrong[name] = what
        return None

    def locale(self) -> str:
        """Read one of our languages, German where none is named."""
        given = self.given("locale")
        if given is None:
            return GERMAN
        if isinstance(given, str) and given in LANGUAGES:
            return given
        self.wrong["locale"] = one_of(LANGUAGES)
        return GERMAN


def one_of(words: Iterable[str]) -> str:
    """Say what is possible."""
    return f"must be one of: {', '.join(words)}"


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def query(*known: str) -> Fields:
    """Return the parameters of the address; one that stands twice is wrong."""
    fields = Fields(request.args.to_dict(), known)
    for name, values in request.args.lists():
        if len(values) > 1:
            fields.wrong[name[:80]] = "must not stand twice"
    return fields


def body(*known: str) -> Fields:
    """Return the members of the JSON object that was sent.

    Raises:
        Problem: It is none, or does not say that it is.
    """
    if request.mimetype != "application/json":
        raise Problem(MEDIA)
    try:
        given = request.get_json(silent=True)
    except RecursionError:
        # Nested deeper than Python reads.
        given = None
    if not isinstance(given, dict):
        raise Problem(MALFORMED)
    return Fields(given, known)


def optional_body(*known: str) -> Fields:
    """Return the members of the body, none where nothing was sent."""
    if not request.content_length and not request.headers.get("Transfer-Encoding"):
        return Fields({}, known)
    return body(*known)


def secret(name: str, fields: Fields | None = None) -> str:
    """Return the code or token of the header Authorization, or of the body's member.

    Raises:
        Problem: There is none in either.
    """
    found = _BEARER.fullmatch(request.headers.get("Authorization", "").strip())
    given = found[1] if found else (fields.text(name) if fields else "")
    if not given or len(given) > LONGEST_SECRET:
        raise Problem(CODE_MISSING)
    return given
