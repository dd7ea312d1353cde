"""Which zone a TZID means, and the VTIMEZONE of a zone (RFC 5545 §3.2.19, §3.6.5)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from assisto_caldav.domain.localtime import to_instant, zone_names
from assisto_caldav.domain.object_zone import ObjectZone
from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assisto_caldav.domain.component import Component

Zone = ZoneInfo | ObjectZone
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# We write events of today and later; earlier rules would only make them longer.
_BEGIN = int(datetime(2015, 1, 1, tzinfo=UTC).timestamp())
_CUSTOMARY = datetime(1970, 1, 1)  # noqa: DTZ001  # wall time of any zone
_LONGEST_TZID = 200
# Weekdays repeat after 28 years: a rule that holds for so long holds.
_RULED_FROM, _RULED_TO = 2038, 2066


@cache
def _names() -> dict[str, str]:
    return {
        **{name.lower(): name for name in zone_names()},
        **{windows.lower(): name for windows, name in WINDOWS_TO_OLSON.items()},
    }


def iana_zone(tzid: str) -> ZoneInfo | None:
    """Return the zone of tzdata that a TZID means, or None.

    IANA and Windows names, in any case; and of a TZID with a vendor's prefix,
    such as ``/mozilla.org/20070129_1/Europe/Berlin``, the name at its end.
    """
    # Longer ones name no zone; remembered, a thousand of them would fill the memory.
    return _known_zone(tzid) if len(tzid) <= _LONGEST_TZID else None


@lru_cache(maxsize=1024)
def _known_zone(tzid: str) -> ZoneInfo | None:
    name = _names().get(tzid.strip().strip("/").lower())
    if name is None and tzid.startswith("/"):
        parts = tzid.strip("/").lower().split("/")
        # A last part alone says too little: "/example.org/EST" may be anything.
        tails = ("/".join(parts[start:]) for start in range(1, min(len(parts) - 1, 8)))
        name = next((_names()[tail] for tail in tails if tail in _names()), None)
    return ZoneInfo(name) if name else None


class Zones:
    """The zones of one calendar object, by TZID."""

    def __init__(self, vtimezones: Iterable[Component] = ()) -> None:
        """Take the VTIMEZONEs of the object; each is read only when it is needed."""
        self._vtimezones = {found.value("TZID"): found for found in vtimezones}
        self._read: dict[str, ObjectZone] = {}

    def resolve(self, tzid: str) -> Zone:
        """Return the zone; a VTIMEZONE with a name that tzdata knows is not believed.

        Raises:
            InvalidCalendarObjectError: Neither tzdata nor the object knows it.
        """
        known = iana_zone(tzid) or self._read.get(tzid)
        if known is not None:
            return known
        vtimezone = self._vtimezones.get(tzid.strip())
        if vtimezone is None:
            raise InvalidCalendarObjectError(f"There is no VTIMEZONE for {tzid[:80]!r}.")
        zone = self._read[tzid] = ObjectZone(vtimezone)
        return zone


def instant_in(zone: Zone, local: datetime) -> int:
    """Return the instant of a naive wall time in a zone of either kind."""
    return to_instant(local, zone) if isinstance(zone, ZoneInfo) else zone.to_instant(local)


@lru_cache(maxsize=128)
def vtimezone_text(zone: ZoneInfo) -> str:
    """Return a VTIMEZONE, right from 2015 on, each line with its CRLF."""
    lines = ("BEGIN:VTIMEZONE", f"TZID:{zone.key}", *_observances(zone), "END:VTIMEZONE", "")
    return "\r\n".join(lines)


class _Change(NamedTuple):
    """What the clocks do once: at ``local``, as they show it before."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str


class _Yearly(NamedTuple):
    """What the clocks do every year: on a weekday among some days of a month."""

    month: int
    weekday: int
    days: range
    at: time

    def holds_for(self, change: _Change) -> bool:
        local = change.local
        return (local.month, local.weekday(), local.time()) == (
            self.month,
            self.weekday,
            self.at,
        ) and local.day in self.days

    def rule(self) -> str:
        month_length = monthrange(2023, self.month)[1]
        first, last = self.days[0], self.days[-1]
        weekday, rest = _WEEKDAYS[self.weekday], ""
        if last == month_length:
            weekday = f"-1{weekday}"
        elif first % 7 == 1:
            weekday = f"{first // 7 + 1}{weekday}"
        else:
            rest = f";BYMONTHDAY={','.join(map(str, self.days))}"
        return f"RRULE:FREQ=YEARLY;BYMONTH={self.month};BYDAY={weekday}{rest}"

    def of_year(self, year: int) -> datetime:
        days = (date(year, self.month, day) for day in self.days)
        return datetime.combine(next(d for d in days if d.weekday() == self.weekday), self.at)


def _observances(zone: ZoneInfo) -> Iterator[str]:
    once: list[_Change] = []
    yearly: list[tuple[_Yearly, _Change]] = []
    for changes in _kinds(zone):
        found = _yearly(changes)
        if found is None:
            once += changes
            continue
        before = [place for place, change in enumerate(changes) if not found.holds_for(change)]
        begin = before[-1] + 1 if before else 0
        once += changes[:begin]
        yearly.append((found, changes[begin]))
    if once or not yearly:
        offset, name = _at(zone, _BEGIN)
        yield from _block(_Change(_CUSTOMARY, offset, offset, name))
    for change in sorted(once):
        yield from _block(change)
    for found, change in yearly:
        # The customary first year, if all that we write has always been so.
        first = change.local if once else found.of_year(_CUSTOMARY.year)
        yield from _block(change._replace(local=first), found.rule())


def _kinds(zone: ZoneInfo) -> Iterable[list[_Change]]:
    """Return the changes by what changes to what, each kind in its order."""
    kinds: dict[tuple[timedelta, timedelta], list[_Change]] = {}
    for change in _changes(zone):
        kinds.setdefault((change.before, change.after), []).append(change)
    return kinds.values()


def _yearly(changes: list[_Change]) -> _Yearly | None:
    """Find the rule that the changes of all later years follow."""
    late = [change.local for change in changes if change.local.year >= _RULED_FROM]
    if [local.year for local in late] != list(range(_RULED_FROM, _RULED_TO)):
        return None
    days = sorted({local.day for local in late})
    found = _Yearly(late[0].month, late[0].weekday(), range(days[0], days[-1] + 1), late[0].time())
    fits = len(found.days) == 7 and all(map(found.holds_for, changes[-len(late) :]))
    return found if fits else None


def _changes(zone: ZoneInfo) -> Iterator[_Change]:
    """Yield each change of offset; none lasts less than a week."""
    week = int(timedelta(days=7).total_seconds())
    end = int(datetime(_RULED_TO, 1, 1, tzinfo=UTC).timestamp())
    for left, right in pairwise(range(_BEGIN, end + week, week)):
        before, after = _at(zone, left)[0], _at(zone, right)[0]
        if before == after:
            continue
        low, high = left, right
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _at(zone, middle)[0] == before else (low, middle)
        local = (datetime.fromtimestamp(high, UTC) + before).replace(tzinfo=None)
        yield _Change(local, before, after, _at(zone, high)[1])


def _at(zone: ZoneInfo, instant: int) -> tuple[timedelta, str]:
    local = datetime.fromtimestamp(instant, zone)
    return local.utcoffset() or timedelta(), local.tzname() or zone.key


def _block(change: _Change, *more: str) -> Iterator[str]:
    kind = "DAYLIGHT" if change.after > change.before else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"TZOFFSETFROM:{_offset(change.before)}"
    yield f"TZOFFSETTO:{_offset(change.after)}"
    yield f"TZNAME:{change.name}"
    yield f"DTSTART:{change.local:%Y%m%dT%H%M%S}"
    yield from more
    yield f"END:{kind}"


def _offset(offset: timedelta) -> str:
    minutes, seconds = divmod(abs(int(offset.total_seconds())), 60)
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02}{minutes % 60:02}{f'{seconds:02}' if seconds else ''}"
