"""Languages: which one a visitor reads, and dates as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from babel.dates import format_date
from flask import Flask, current_app, g, has_request_context, request

from assisto_caldav.adapters import wording
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.gender import GenderForm, in_form
from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.languages import GERMAN, PSEUDO, shortened, tongue_of
from assisto_caldav.domain.localtime import date_of, zone
from assisto_caldav.errors import InvalidInputError
from assisto_web import catalogues
from assisto_web.ports_access import ports_here
from assisto_web.security import read_cookie

LANGUAGES = catalogues.offered()
LANGUAGE_COOKIE = "lang"
LANGUAGE_SECONDS = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Give templates the words and dates of the visitor's language."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    install_texts = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]  # by it
    install_texts(_translated, _translated_count, newstyle=True)
    app.jinja_env.globals.update(
        languages=LANGUAGES,
        locale=current_locale,
        language_tag=reading_language,
        text_direction=text_direction,
        spoken_day=spoken_day,
        short_day=short_day,
        language_name=language_name,
        place_of_zone=place_of_zone,
        spoken_interval=spoken_interval,
        spoken_instant=spoken_instant,
        channel_word=channel_word,
        spoken_month=spoken_month,
        weekday=weekday,
        weekday_short=weekday_short,
        day_of=day_of,
        back_address=back_address,
    )


def gettext(text: str, **values: object) -> str:
    """Return a text in the visitor's language, with its ``%(name)s`` filled in."""
    return _translated(text) % values if values else _translated(text)


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """Return a counted text in the visitor's language; ``%(num)s`` is the count."""
    return _translated_count(one, many, count) % {"num": count, **values}


_ = gettext


def _translated(text: str) -> str:
    language = reading_language()
    return _in_our_form(catalogues.text_in(language, text), language)


def _translated_count(one: str, many: str, count: int) -> str:
    language = reading_language()
    return _in_our_form(catalogues.texts_in(language, one, many, count), language)


def _in_our_form(text: str, language: str) -> str:
    """Return a German text in the gender form of the centre whose page this is."""
    centre = _centre_here()
    form = centre.gender_form if centre else GenderForm.COLON
    if form is GenderForm.COLON or language.partition("-")[0] != GERMAN:
        return text
    return in_form(text, form)


def choose_locale() -> str:
    """Return the language that this visitor has chosen, or that the browser wishes for."""
    chosen = read_cookie(LANGUAGE_COOKIE)
    if is_language(chosen):
        return chosen
    wishes = (tag for wish in request.accept_languages.values() for tag in shortened(wish))
    return next((tag for tag in wishes if is_language(tag)), GERMAN)


def is_language(tag: str) -> bool:
    """Say whether pages can be read in this language; the pseudo language only in the demo."""
    return tag in LANGUAGES or (tag == PSEUDO and _pseudo_is_on())


def _pseudo_is_on() -> bool:
    return current_app.extensions.get("assisto_demo") is not None


def current_locale() -> str:
    """Return the tag of the language that the visitor has chosen: "de", "de-x-einfach"."""
    if not has_request_context():
        return GERMAN
    if "language" not in g:
        g.language = choose_locale()
    return str(g.language)


def reading_language() -> str:
    """Return the tag of what is shown: where a centre says "du", "de-x-du" instead of "de"."""
    centre = _centre_here()
    chosen = current_locale()
    return centre.language_for(chosen) if centre and request.blueprint != "staff" else chosen


def text_direction() -> str:
    """Return "rtl" or "ltr", for ``dir`` in HTML."""
    return tongue_of(current_locale()).direction


def _centre_here() -> Institution | None:
    """Return the institution whose page this is, by its address or by who is logged in."""
    if not has_request_context():
        return None
    known = g.get("me")
    if known is not None:
        return known.institution  # type: ignore[no-any-return]  # staff.access.Me
    name = (request.view_args or {}).get("institution_id", "") or g.get("centre", "")
    return ports_here().config.current().institutions.get(name)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Write what is written inside in another language than the visitor's cookie says."""
    before = current_locale()
    g.language = language
    try:
        yield
    finally:
        g.language = before


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


def short_day(day: date) -> str:
    """Return "Dienstag, 8. Dezember" in the visitor's language."""
    return wording.short_day(day, locale=current_locale())


def language_name(tag: str) -> str:
    """Return "Türkisch" in the visitor's language."""
    return wording.language_name(tag, locale=current_locale())


def place_of_zone(institution: Institution) -> str:
    """Return the town that the institution's time is named after, in the visitor's language."""
    return wording.place_of_zone(institution.zone, locale=current_locale())


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
    return format_date(day, format="LLLL yyyy", locale=wording.dates_of(current_locale()))


def weekday(day: date) -> str:
    """Return "Dienstag"."""
    return format_date(day, format="EEEE", locale=wording.dates_of(current_locale()))


def weekday_short(day: date) -> str:
    """Return "Di", as short as the language writes it at the head of a month."""
    short = format_date(day, format="cccccc", locale=wording.dates_of(current_locale()))
    return short.removesuffix(".")


def day_of(instant: int, institution: Institution) -> date:
    """Return the day of an instant in the institution's zone."""
    return date_of(instant, zone(institution.zone))
