"""Dates and times as people read them, in German and English, never shortened."""

from __future__ import annotations

from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_time

from assisto_caldav.domain.localtime import to_local, zone

FALLBACK = "de"
_JOINED = {
    "de": "{day}, {start} bis {end} Uhr",
    "en": "{day}, {start} to {end}",
}
_INSTANT = {"de": "{day}, {start} Uhr", "en": "{day}, {start}"}


def language_of(locale: str) -> str:
    """Return the language whose words we have for a locale ("de-x-einfach" is "de")."""
    language = locale.partition("-")[0].partition("_")[0].lower()
    return language if language in _JOINED else FALLBACK


def spoken_day(day: date, *, locale: str) -> str:
    """Return "Dienstag, 8. Dezember 2026"."""
    return format_date(day, format="full", locale=_babel(locale))


def spoken_time(moment: datetime, *, locale: str) -> str:
    """Return "14:30", in 24 hours in every language."""
    return format_time(moment, format="HH:mm", tzinfo=moment.tzinfo, locale=_babel(locale))


def spoken_interval(start: int, end: int, *, zone_name: str, locale: str) -> str:
    """Return "Dienstag, 8. Dezember 2026, 14:30 bis 15:20 Uhr" in the zone's wall time."""
    first, last = to_local(start, zone(zone_name)), to_local(end, zone(zone_name))
    return _JOINED[language_of(locale)].format(
        day=spoken_day(first.date(), locale=locale),
        start=spoken_time(first, locale=locale),
        end=spoken_time(last, locale=locale),
    )


def spoken_instant(instant: int, *, zone_name: str, locale: str) -> str:
    """Return "Dienstag, 8. Dezember 2026, 14:30 Uhr" in the zone's wall time."""
    moment = to_local(instant, zone(zone_name))
    return _INSTANT[language_of(locale)].format(
        day=spoken_day(moment.date(), locale=locale), start=spoken_time(moment, locale=locale)
    )


def _babel(locale: str) -> Locale:
    return Locale.parse("en_GB" if language_of(locale) == "en" else "de")
