"""Wall time to UTC and back (RFC 5545 §3.3.5)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import InvalidInputError

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name.

    Raises:
        InvalidInputError: There is no such zone in the IANA list.
    """
    # Only names of the list: ZoneInfo alone would also take "localtime" (this
    # machine's zone), "right/..." (with leap seconds) or a folder.
    if name not in zone_names():
        raise InvalidInputError(f"{name!r} is no time zone; right is e.g. 'Europe/Berlin'.")
    return ZoneInfo(name)


@cache
def zone_names() -> frozenset[str]:
    """Return every IANA name that ``zone`` knows."""
    return frozenset(files("tzdata").joinpath("zones").read_text("ascii").split())


@lru_cache(maxsize=8192)
def to_instant(local: datetime, in_zone: ZoneInfo) -> int:
    """Return the instant at which the clocks of a zone show a naive local time.

    A time that the clocks skip takes the offset before the gap, a time that
    they show twice is the first (RFC 5545 §3.3.5).
    """
    # Python's fold=0 means exactly this, in gaps too (PEP 495).
    return int(local.replace(tzinfo=in_zone, fold=0).timestamp())


def to_local(instant: int, in_zone: ZoneInfo) -> datetime:
    """Return an instant as aware local time, to be shown and not calculated with."""
    return datetime.fromtimestamp(instant, in_zone)


def is_shown_again(instant: int, in_zone: ZoneInfo) -> bool:
    """Tell whether the clocks show its local time for the second time: only UTC can write it."""
    return to_local(instant, in_zone).fold == 1


def day_interval(day: date, in_zone: ZoneInfo) -> Interval:
    """Return the period of a local day: 23, 24 or 25 hours, rarely others.

    Raises:
        InvalidInputError: The zone skipped this day, or it is the last of all.
    """
    try:
        start = to_instant(datetime.combine(day, time.min), in_zone)
        end = to_instant(datetime.combine(day + timedelta(days=1), time.min), in_zone)
        return Interval(start, end)
    except (OverflowError, ValueError) as exc:
        raise InvalidInputError(f"There is no day {day} in {in_zone.key}.") from exc


def date_of(instant: int, in_zone: ZoneInfo) -> date:
    """Return the local day that an instant belongs to."""
    return datetime.fromtimestamp(instant, in_zone).date()


@lru_cache(maxsize=8192)
def rfc3339(instant: int, in_zone: ZoneInfo) -> str:
    """Write an instant with the zone's offset, as ``2026-03-29T03:00:00+02:00``."""
    return datetime.fromtimestamp(instant, in_zone).isoformat(timespec="seconds")


def parse_rfc3339(text: str) -> int:
    """Read a time with its offset; parts of a second are dropped.

    Raises:
        InvalidInputError: It is no such time; the sentence says what would be right.
    """
    if _RFC3339.fullmatch(text):
        try:
            return int(datetime.fromisoformat(text.upper()).timestamp() // 1)
        except ValueError:
            pass
    raise InvalidInputError(
        f"{text!r} is no time with an offset; right is e.g. '2026-03-29T10:00:00+02:00'."
    )
