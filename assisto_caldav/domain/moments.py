"""DATE, DATE-TIME, DURATION and PERIOD values as written (RFC 5545 §3.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assisto_caldav.domain.timezones import instant_in
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assisto_caldav.domain.component import Component
    from assisto_caldav.domain.content_lines import Property
    from assisto_caldav.domain.timezones import Zone, Zones

_UTC = ZoneInfo("UTC")
_MOMENT = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?",
    re.ASCII | re.IGNORECASE,
)


def utc(instant: int) -> str:
    """Return an instant as a DATE-TIME in UTC."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y%m%dT%H%M%SZ")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as an author wrote it.

    ``local`` is naive wall time, midnight for a DATE. Without a ``zone`` it is
    floating; a DATE never has one.
    """

    local: datetime
    is_date: bool
    zone: Zone | None

    def instant(self, floating_zone: Zone) -> int:
        """Return the instant; a floating one is read in the asker's zone."""
        return instant_in(self.zone or floating_zone, self.local)

    def value(self, floating_zone: Zone) -> str:
        """Return the canonical value: a DATE, UTC, or wall time if it floats."""
        if self.is_date:
            return f"{self.local:%Y%m%d}"
        if self.zone is None:
            return f"{self.local:%Y%m%dT%H%M%S}"
        utc = datetime.fromtimestamp(self.instant(floating_zone), UTC)
        # Twice as fast as strftime, and asked for each instance of each series.
        return f"{utc.isoformat().replace('-', '').replace(':', '')[:15]}Z"

    def at(self, local: datetime) -> Moment:
        """Return another wall time of the same kind and zone."""
        return Moment(local, self.is_date, self.zone)


def parse_moment(text: str, tzid: str, zones: Zones, *, as_date: bool = False) -> Moment:
    """Read one DATE or DATE-TIME; the form of the text decides which.

    Args:
        text: The value. UTC wins over a TZID.
        tzid: The TZID parameter, or "".
        zones: The zones of its calendar object.
        as_date: VALUE=DATE was said; a time of day is dropped then.

    Raises:
        InvalidCalendarObjectError: It is neither, or its zone is unknown.
    """
    match = _MOMENT.fullmatch(text.strip())
    local = _local(*match.group(1, 2)) if match else None
    if match is None or local is None:
        raise InvalidCalendarObjectError(f"{text[:40]!r} is no date or time.")
    if match[2] is None or as_date:
        return Moment(datetime.combine(local, time.min), True, None)
    if match[3]:
        return Moment(local, False, _UTC)
    return Moment(local, False, zones.resolve(tzid) if tzid else None)


def _local(day: str, clock: str | None) -> datetime | None:
    # A leap second is read as the second before (RFC 5545 §3.3.12).
    clock = "000000" if clock is None else re.sub("60$", "59", clock)
    try:
        local = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        return None
    # No zone moves what is left out of the years that datetime has.
    return local if 1 < local.year < 9999 else None


def moments(component: Component, name: str, zones: Zones) -> Iterator[Moment]:
    """Yield every date or time of a property; of a PERIOD its start."""
    for moment, _ in periods(component, name, zones):
        yield moment


def periods(
    component: Component, name: str, zones: Zones
) -> Iterator[tuple[Moment, Moment | timedelta | None]]:
    """Yield every date or time of a property with the end or length of a PERIOD."""
    for found in component.properties(name):
        for item in found.value.split(","):
            if item.strip():
                start, _, end = item.partition("/")
                yield _moment(found, start, zones), _period_end(found, end.strip(), zones)


def _moment(found: Property, text: str, zones: Zones) -> Moment:
    as_date = found.param("VALUE").upper() == "DATE"
    return parse_moment(text, found.param("TZID"), zones, as_date=as_date)


def _period_end(found: Property, text: str, zones: Zones) -> Moment | timedelta | None:
    if not text:
        return None
    return parse_duration(text) if text[0] in "Pp+-" else _moment(found, text, zones)


def parse_duration(text: str) -> timedelta:
    """Read a DURATION.

    Raises:
        InvalidCalendarObjectError: It is none.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()[1:]):
        raise InvalidCalendarObjectError(f"{text[:40]!r} is no duration.")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    try:
        size = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError as exc:
        raise InvalidCalendarObjectError(f"{text[:40]!r} is too long.") from exc
    return -size if match[1] == "-" else size
