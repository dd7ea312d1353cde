"""Dates and times as people read them, in every language, never shortened."""

from __future__ import annotations

from datetime import UTC, date, datetime

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location

from assisto_caldav.adapters.mail import catalogue
from assisto_caldav.domain.languages import tongue_of
from assisto_caldav.domain.localtime import to_local, zone


def spoken_day(day: date, *, locale: str) -> str:
    """Return "Dienstag, 8. Dezember 2026"."""
    return format_date(day, format="full", locale=dates_of(locale))


def short_day(day: date, *, locale: str) -> str:
    """Return "Dienstag, 8. Dezember": where the year is known."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    weekday = format_date(day, format="EEEE", locale=dates_of(locale))
    # Some languages' data know this day only shortened when the weekday belongs to it.
    return f"{weekday}, {format_skeleton('MMMMd', moment, locale=dates_of(locale))}"


def language_name(tag: str, *, locale: str) -> str:
    """Return a language's name in another language: "Türkisch"; its own where none is known."""
    return dates_of(locale).languages.get(tag.replace("-", "_")) or tongue_of(tag).name


def place_of_zone(zone_name: str, *, locale: str) -> str:
    """Return the town that a zone is named after: "Berlin"."""
    return get_timezone_location(zone_name, dates_of(locale), return_city=True)


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
