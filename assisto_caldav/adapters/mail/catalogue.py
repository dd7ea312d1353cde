"""The words of mails: one TOML file for each language, filled in by Jinja."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import Environment, StrictUndefined, UndefinedError

from assisto_caldav.domain.gender import GenderForm, in_form
from assisto_caldav.domain.languages import GERMAN, chain
from assisto_caldav.errors import InvalidInputError

_SUFFIX = ".toml"
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
def languages() -> frozenset[str]:
    """Return the tags of the languages that mails are written in."""
    names = (file.name for file in _folder().iterdir())
    return frozenset(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))


def language_of(locale: str) -> str:
    """Return the language whose words we have for a locale; German where there are none."""
    return next(tag for tag in chain(locale) if tag in languages())


@cache
def own_words(language: str) -> Mapping[str, Any]:
    """Return what the file of a language says itself."""
    return tomllib.loads((_folder() / f"{language}{_SUFFIX}").read_text(encoding="utf-8"))


@cache
def catalogue(language: str) -> Mapping[str, Any]:
    """Return the whole catalogue of a language; German words stand for what it leaves out."""
    whole: dict[str, Any] = {}
    for tag in reversed([tag for tag in chain(language) if tag in languages()]):
        whole = _merged(whole, own_words(tag))
    return whole


def _folder() -> Traversable:
    return resources.files("assisto_caldav.adapters.mail") / "texts"


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        merged[key] = _merged(merged.get(key, {}), value) if isinstance(value, dict) else value
    return merged


def word(locale: str, table: str, key: str) -> str:
    """Return one word, such as the name of a channel."""
    return str(catalogue(language_of(locale))[table][key])


def write(
    locale: str,
    audience: str,
    kind: str,
    facts: Mapping[str, object],
    *,
    gender: GenderForm = GenderForm.COLON,
) -> Wording:
    """Return a mail's words. ``audience`` is "staff" or "client".

    Raises:
        InvalidInputError: There is no such mail, or a fact is missing.
    """
    language = language_of(locale)
    try:
        entry = catalogue(language)[audience][kind]
    except KeyError as exc:
        raise InvalidInputError(f"There is no mail {kind!r} for {audience}.") from exc
    subject, body = (_in_form(entry[part], language, gender) for part in ("subject", "body"))
    return Wording(subject=fill(subject, facts), body=fill(body, facts).strip("\n"))


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


def _in_form(text: str, language: str, gender: GenderForm) -> str:
    """Return a German text in the institution's gender form, before facts are filled in."""
    return in_form(text, gender) if language.partition("-")[0] == GERMAN else text
