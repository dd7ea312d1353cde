"""Languages: German first, English second; dates as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from babel.dates import format_date
from flask import Flask, current_app, request
from flask_babel import Babel, force_locale, get_locale
from flask_babel import gettext as _of_babel

from assisto_caldav.adapters import wording
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.localtime import date_of, zone
from assisto_caldav.errors import InvalidInputError
from assisto_web.security import read_cookie

LANGUAGES = {"de": "Deutsch", "en": "English"}
LANGUAGE_COOKIE = "lang"
LANGUAGE_SECONDS = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Let Flask-Babel choose by cookie, then by the browser's wish."""
    Babel(app, default_locale="de", default_timezone="UTC", locale_selector=choose_locale)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals.update(
        languages=LANGUAGES,
        locale=current_locale,
        spoken_day=spoken_day,
        spoken_interval=spoken_interval,
        spoken_instant=spoken_instant,
        channel_word=channel_word,
        spoken_month=spoken_month,
        weekday=weekday,
        day_of=day_of,
        back_address=back_address,
    )


def gettext(text: str, **values: object) -> str:
    """Return a text in the visitor's language, with its ``%(name)s`` filled in."""
    return str(_of_babel(text, **values))


_ = gettext


def choose_locale() -> str:
    """Return the language of this request."""
    chosen = read_cookie(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or "de"


def current_locale() -> str:
    """Return "de" or "en"."""
    return str(get_locale() or "de")


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Write what is written inside in another language than the visitor's cookie says."""
    with force_locale(language):
        yield


def said(error: InvalidInputError) -> str:
    """Return an error's sentence in the visitor's language; the core writes them in German."""
    return _(error.what)


def back_address() -> str:
    """Return where a change of language leads back to: an address that a GET can have."""
    if request.method == "GET":
        return request.full_path.removesuffix("?")
    addresses = current_app.url_map.bind_to_environ(request.environ)
    if addresses.test(request.path, method="GET"):
        return request.path
    institution = (request.view_args or {}).get("institution_id")
    return f"/{institution}/" if institution else "/"


def spoken_day(day: date) -> str:
    """Return "Dienstag, 8. Dezember 2026" in the visitor's language."""
    return wording.spoken_day(day, locale=current_locale())


def spoken_interval(start: int, end: int, institution: Institution) -> str:
    """Return date, start and end in the institution's zone."""
    return wording.spoken_interval(start, end, zone_name=institution.zone, locale=current_locale())


def spoken_instant(instant: int, institution: Institution) -> str:
    """Return date and time in the institution's zone."""
    return wording.spoken_instant(instant, zone_name=institution.zone, locale=current_locale())


def channel_word(channel: Channel) -> str:
    """Return a channel's name in the visitor's language."""
    return {
        Channel.ON_SITE: _("vor Ort"),
        Channel.PHONE: _("Telefon"),
        Channel.CHAT: _("Chat"),
        Channel.VIDEO: _("Videochat"),
    }[channel]


def spoken_month(day: date) -> str:
    """Return "Dezember 2026"."""
    return format_date(day, format="LLLL yyyy", locale=get_locale())


def weekday(day: date) -> str:
    """Return "Dienstag"."""
    return format_date(day, format="EEEE", locale=get_locale())


def day_of(instant: int, institution: Institution) -> date:
    """Return the day of an instant in the institution's zone."""
    return date_of(instant, zone(institution.zone))
