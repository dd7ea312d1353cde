"""A month as weeks of days with their free times: what the month page draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from assisto_caldav.domain.institution import Institution
from assisto_caldav.domain.localtime import date_of, to_local, zone
from assisto_caldav.usecases.find_slots import FreeSlot

DAYS_IN_WEEK = 7


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the grid; ``free`` counts different starts, ``first`` is the earliest's clock."""

    day: date
    is_in_month: bool
    free: int
    first: str = ""


@dataclass(frozen=True, slots=True)
class FreeTime:
    """One start on the day page, with everybody who is free then (logins)."""

    start: int
    end: int
    clock: str
    until: str
    counsellors: tuple[str, ...]


def first_of_month(day: date) -> date:
    """Return the first day of its month."""
    return day.replace(day=1)


def first_of_next_month(day: date) -> date:
    """Return the first day of the month after."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def weeks_of(
    month: date, slots: Sequence[FreeSlot], institution: Institution
) -> list[list[DayCell]]:
    """Return the month's weeks from Monday, with how many times each day has."""
    place = zone(institution.zone)
    starts: dict[date, list[int]] = defaultdict(list)
    for start in sorted({slot.start for slot in slots}):
        starts[date_of(start, place)].append(start)
    day = month - timedelta(days=month.weekday())
    end = first_of_next_month(month)
    weeks = []
    while day < end:
        week = [day + timedelta(days=offset) for offset in range(DAYS_IN_WEEK)]
        weeks.append([_cell(each, month, starts[each], place) for each in week])
        day += timedelta(days=DAYS_IN_WEEK)
    return weeks


def _cell(day: date, month: date, starts: Sequence[int], place: ZoneInfo) -> DayCell:
    first = f"{to_local(starts[0], place):%H:%M}" if starts else ""
    return DayCell(day, day.month == month.month, len(starts), first)


def times_of(slots: Sequence[FreeSlot], institution: Institution) -> list[FreeTime]:
    """Return a day's times, earliest first, joined over counsellors."""
    place = zone(institution.zone)
    free: dict[tuple[int, int], list[str]] = defaultdict(list)
    for slot in slots:
        free[slot.start, slot.end].append(slot.counsellor)
    return [
        FreeTime(
            start=start,
            end=end,
            clock=f"{to_local(start, place):%H:%M}",
            until=f"{to_local(end, place):%H:%M}",
            counsellors=tuple(logins),
        )
        for (start, end), logins in sorted(free.items())
    ]
