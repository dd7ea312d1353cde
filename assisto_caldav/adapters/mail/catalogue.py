"""The words of mails: one TOML file for each language, filled in by Jinja."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, UndefinedError

from assisto_caldav.adapters.wording import language_of
from assisto_caldav.errors import InvalidInputError

_environment = Environment(
    undefined=StrictUndefined,
    trim_blocks=False,
    autoescape=False,  # noqa: S701 -- the result is plain text; HTML is made from it, escaped
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A mail's subject and its plain text, without a footer."""

    subject: str
    body: str


@cache
def catalogue(language: str) -> Mapping[str, Any]:
    """Return the whole catalogue of a language ("de", "en")."""
    source = resources.files("assisto_caldav.adapters.mail") / "texts" / f"{language}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def word(locale: str, table: str, key: str) -> str:
    """Return one word, such as the name of a channel."""
    return str(catalogue(language_of(locale))[table][key])


def write(locale: str, audience: str, kind: str, facts: Mapping[str, object]) -> Wording:
    """Return a mail's words. ``audience`` is "staff" or "client".

    Raises:
        InvalidInputError: There is no such mail, or a fact is missing.
    """
    try:
        entry = catalogue(language_of(locale))[audience][kind]
    except KeyError as exc:
        raise InvalidInputError(f"There is no mail {kind!r} for {audience}.") from exc
    return Wording(
        subject=fill(entry["subject"], facts), body=fill(entry["body"], facts).strip("\n")
    )


def footer(locale: str, audience: str, facts: Mapping[str, object]) -> str:
    """Return how to stop such mails."""
    return fill(catalogue(language_of(locale))["footer"][audience], facts).strip("\n")


def fill(template: str, facts: Mapping[str, object]) -> str:
    """Fill facts into a text.

    Raises:
        InvalidInputError: A fact is missing.
    """
    try:
        return _environment.from_string(template).render(facts)
    except UndefinedError as exc:
        raise InvalidInputError(f"A mail lacks a fact: {exc.message}") from exc
