"""The value of an RRULE (RFC 5545 §3.3.10), and what its expansion may cost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from assisto_caldav.errors import InvalidCalendarObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assisto_caldav.domain.component import Component

_WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_TOO_FINE = ("SECONDLY", "MINUTELY", "HOURLY")
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_EARLIEST, _LATEST = datetime(2, 1, 1), datetime(9998, 12, 31)  # noqa: DTZ001  # bounds for wall time
_UNTIL = re.compile(r"\d{8}(?:T\d{6}Z?)?", re.ASCII)
# name: (smallest, largest, may be negative)
_NUMBERS = {
    "BYSECOND": (0, 60, False),
    "BYMINUTE": (0, 59, False),
    "BYHOUR": (0, 23, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYMONTH": (1, 12, False),
    "BYSETPOS": (1, 366, True),
}
# In days these are more than all years that there are.
_LONGEST = 4_000_000
# A year of the slowest rule costs 366; this is some hundred milliseconds.
BUDGET = 200_000


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """A parsed rule; ``until`` keeps the type that it has in the text.

    ``by_day`` pairs an ordinal (0: every) with a weekday, Monday being 0.
    """

    frequency: str
    interval: int
    count: int | None
    until: date | datetime | None
    until_is_utc: bool
    week_start: int
    by_day: tuple[tuple[int, int], ...]
    by: Mapping[str, tuple[int, ...]]

    @property
    def is_endless(self) -> bool:
        """Tell whether neither COUNT nor UNTIL ends it."""
        return self.count is None and self.until is None


class Budget:
    """Bounds the work for one calendar object; it is used up by its expansion."""

    def __init__(self, steps: int = BUDGET) -> None:
        """Allow this many steps, each of about a microsecond."""
        self._left = steps

    def spend(self, steps: int) -> None:
        """Take steps away.

        Raises:
            InvalidCalendarObjectError: There are none left.
        """
        self._left -= steps
        if self._left < 0:
            raise InvalidCalendarObjectError(
                "A recurrence rule has too many instances.", precondition="max-instances"
            )


def parse_rule(value: str) -> RecurrenceRule:
    """Read the value of an RRULE.

    A negative COUNT means none, as some exporters write it.

    Raises:
        InvalidCalendarObjectError: It is no rule, or finer than daily.
    """
    parts = dict(_parts(value))
    try:
        count = int(parts.get("COUNT", "-1"))
        until = parts.get("UNTIL", "")
        rule = RecurrenceRule(
            frequency=_frequency(parts.get("FREQ", "")),
            interval=min(int(parts.get("INTERVAL", "1")), _LONGEST),
            count=count if count >= 0 else None,
            until=_until(until) if until else None,
            until_is_utc=until.endswith("Z"),
            week_start=_WEEKDAYS[parts.get("WKST", "MO")],
            by_day=_by_day(parts.get("BYDAY", "")),
            by={name: _numbers(name, parts[name]) for name in _NUMBERS if name in parts},
        )
    except (KeyError, ValueError) as exc:
        raise InvalidCalendarObjectError(f"{value[:80]!r} is no recurrence rule.") from exc
    calendar_scale, skip = parts.get("RSCALE", "GREGORIAN"), parts.get("SKIP", "OMIT")
    if rule.interval < 1 or calendar_scale != "GREGORIAN" or skip != "OMIT":
        raise InvalidCalendarObjectError(f"The rule {value[:80]!r} is not supported.")
    return rule


def rules_of(component: Component) -> list[RecurrenceRule]:
    """Return the rules of a component; an empty RRULE, as some feeds write it, is none."""
    values = (found.value.strip() for found in component.properties("RRULE"))
    return [parse_rule(value) for value in values if value]


def _parts(value: str) -> Iterator[tuple[str, str]]:
    for part in value.upper().replace(" ", "").split(";"):
        if part:
            name, _, content = part.partition("=")
            yield name, content


def _frequency(text: str) -> str:
    if text in _TOO_FINE:
        raise InvalidCalendarObjectError(f"Rules finer than daily are not taken, such as {text}.")
    return _FREQUENCIES[_FREQUENCIES.index(text)]


def _until(text: str) -> date | datetime:
    if not _UNTIL.fullmatch(text):
        raise ValueError(text)
    # "For ever" is often written as the last day that there is.
    moment = min(max(datetime.fromisoformat(text.rstrip("Z")), _EARLIEST), _LATEST)
    return moment if "T" in text else moment.date()


def _by_day(text: str) -> tuple[tuple[int, int], ...]:
    found = []
    for item in text.split(",") if text else ():
        match = _BY_DAY.fullmatch(item)
        if match is None or abs(int(match[1] or 0)) > 53:
            raise ValueError(item)
        found.append((int(match[1] or 0), _WEEKDAYS[match[2]]))
    # None twice: a megabyte of Mondays must not be looked through for each week.
    return tuple(dict.fromkeys(found))


def _numbers(name: str, text: str) -> tuple[int, ...]:
    smallest, largest, negative = _NUMBERS[name]
    numbers = sorted({int(item) for item in text.split(",")})
    for number in numbers:
        size = abs(number) if negative else number
        if not smallest <= size <= largest:
            raise ValueError(text)
    return tuple(numbers)
