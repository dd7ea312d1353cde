"""Dates and times as people read them, in every language, never shortened."""

from __future__ import annotations

from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_time

from assisto_caldav.adapters.mail import catalogue
from assisto_caldav.domain.languages import tongue_of
from assisto_caldav.domain.localtime import to_local, zone


def spoken_day(day: date, *, locale: str) -> str:
    """Return "Dienstag, 8. Dezember 2026"."""
    return format_date(day, format="full", locale=dates_of(locale))


def spoken_time(moment: datetime, *, locale: str) -> str:
    """Return "14:30", in 24 hours in every language."""
    return format_time(moment, format="HH:mm", tzinfo=moment.tzinfo, locale=dates_of(locale))


def spoken_interval(start: int, end: int, *, zone_name: str, locale: str) -> str:
    """Return "Dienstag, 8. Dezember 2026, 14:30 bis 15:20 Uhr" in the zone's wall time."""
    first, last = to_local(start, zone(zone_name)), to_local(end, zone(zone_name))
    return catalogue.word(locale, "times", "interval").format(
        day=spoken_day(first.date(), locale=locale),
        start=spoken_time(first, locale=locale),
        end=spoken_time(last, locale=locale),
    )


def spoken_instant(instant: int, *, zone_name: str, locale: str) -> str:
    """Return "Dienstag, 8. Dezember 2026, 14:30 Uhr" in the zone's wall time."""
    moment = to_local(instant, zone(zone_name))
    return catalogue.word(locale, "times", "instant").format(
        day=spoken_day(moment.date(), locale=locale), start=spoken_time(moment, locale=locale)
    )


def dates_of(locale: str) -> Locale:
    """Return the data for dates of a language; private tags have none of their own."""
    return Locale.parse(tongue_of(locale).cldr)
