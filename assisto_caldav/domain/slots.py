"""Free places: booking times minus busy time, cut into slots; and why not.

Inside, periods are plain ``(start, end)`` tuples of UTC epoch seconds: a month
of twenty counsellors is a thousand of them.

- Booking times are cut at the midnights of the institution's zone. A day
  never depends on how many days were asked for, and no slot crosses midnight.
- The first slot of a free stretch begins with the stretch, rounded up to five
  minutes; the next ones follow after the follow-up time.
- The appointment lies inside the booking times. Its follow-up time may run
  past their end, but never into anything that blocks. Where the next booking
  times begin before it is over, the slots on both sides are shown; whoever
  takes one takes the other with it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from assisto_caldav.domain.collection import SlotFact
from assisto_caldav.domain.institution import Limits
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.localtime import day_interval
from assisto_caldav.domain.service import Service
from assisto_caldav.errors import InvalidInputError

Span = tuple[int, int]
GRID_SECONDS = 5 * 60
ALL_SERVICES = "*"
_WINDOW = "window"
_COUNTS_FOR_THE_DAY = ("appointment", "hold")
_NEVER = (1 << 62, 1 << 62)


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """Time in which nobody works; ``kind`` is "public holiday" or "closing day"."""

    start: int
    end: int
    name: str
    kind: str = "closing day"


@dataclass(frozen=True, slots=True)
class SlotTerms:
    """What a slot must keep to.

    ``earliest`` and ``latest`` bound its start, both included. ``midnights``
    are the borders of the days that are looked at, one more than days.
    """

    service: str
    duration: int
    follow_up: int
    earliest: int
    latest: int
    midnights: tuple[int, ...]
    max_per_day: int | None = None

    @property
    def step(self) -> int:
        """Return the seconds from one slot to the next."""
        return self.duration + self.follow_up

    @property
    def reads(self) -> Interval:
        """Return the window of facts that decide; ``starts`` needs no others."""
        return Interval(self.midnights[0], self.midnights[-1] + self.follow_up)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a time is free, or why not.

    ``opened_by`` names the booking-times objects, ``obstacles`` what stands
    against it as (kind, ref): an id, the name of a closed period, or "".
    """

    opened_by: tuple[str, ...]
    obstacles: tuple[tuple[str, str], ...]

    @property
    def is_free(self) -> bool:
        """Say whether nothing stands against it."""
        return not self.obstacles


@dataclass(frozen=True, slots=True)
class Stretches:
    """One counsellor's booking times and busy time, each disjoint and in order.

    ``booked`` are starts of appointments and holds, ``full_days`` numbers of days.
    """

    windows: list[Span]
    busy: list[Span]
    booked: list[int]
    full_days: frozenset[int]


def midnights_of(first: date, last: date, zone: ZoneInfo) -> tuple[int, ...]:
    """Return the borders of the local days from ``first`` to ``last``, both included."""
    borders: list[int] = []
    end = None
    for offset in range((last - first).days + 1):
        try:
            day = day_interval(first + timedelta(days=offset), zone)
        except InvalidInputError:  # a day that the zone skipped: Samoa, 2011-12-30
            continue
        borders.append(day.start)
        end = day.end
    return (*borders, end) if end is not None else ()


def terms_for(
    service: Service, limits: Limits, *, now: int, midnights: tuple[int, ...]
) -> SlotTerms:
    """Return what slots of a service must keep to, asked for at ``now``."""
    return SlotTerms(
        service=service.id,
        duration=service.duration_seconds,
        follow_up=service.follow_up_seconds,
        earliest=now + limits.notice_hours * 3600,
        latest=now + limits.horizon_days * 86400,
        midnights=midnights,
        max_per_day=limits.max_per_day,
    )


def stretches_of(
    facts: Iterable[SlotFact], closed: Sequence[ClosedPeriod], terms: SlotTerms, *, but: str = ""
) -> Stretches:
    """Sort one counsellor's facts, of ``terms.reads`` at least, into what opens and what blocks.

    The hold with the id ``but`` does not count: it is the asker's own.
    """
    windows: list[Span] = []
    busy: list[Span] = [(period.start, period.end) for period in closed]
    booked: list[int] = []
    service = terms.service
    for fact in facts:
        kind = fact.kind
        if kind == _WINDOW:
            if service in fact.services or ALL_SERVICES in fact.services:
                windows.append((fact.start, fact.end))
        elif fact.ref != but:
            busy.append((fact.start, fact.end))
            if kind in _COUNTS_FOR_THE_DAY:
                booked.append(fact.start)
    cut = _cut(_join(windows), terms.midnights)
    return Stretches(cut, _join(busy), booked, _full_days(booked, terms))


def starts(stretches: Stretches, terms: SlotTerms) -> list[int]:
    """Return the starts of all slots, earliest first. One sweep over both lists."""
    found: list[int] = []
    busy = [*stretches.busy, _NEVER]
    position, duration, step = 0, terms.duration, terms.step
    for window_start, window_end in stretches.windows:
        while busy[position][1] <= window_start:
            position += 1
        start = window_start
        while start < window_end:
            barrier, blocked_until = busy[position]
            if start < barrier:
                first = _from_earliest(_round_up(start), step, terms.earliest)
                last = min(window_end - duration, barrier - step, terms.latest)
                found.extend(range(first, last + 1, step))
            if blocked_until >= window_end:
                break
            start = blocked_until
            position += 1
    if stretches.full_days:
        return [start for start in found if _day(start, terms) not in stretches.full_days]
    return found


def is_bookable(stretches: Stretches, terms: SlotTerms, start: int, *, promised: bool) -> bool:
    """Say whether this very time can be taken now.

    It also lets through a slot that was shown and has left the grid since,
    because time beside it was taken: one of the untouched booking times, or
    one ``promised`` by a hold.
    """
    end, clear_until = start + terms.duration, start + terms.step
    if not terms.earliest <= start <= terms.latest or _day(start, terms) in stretches.full_days:
        return False
    window = _span_around(stretches.windows, start)
    if window is None or end > window[1]:
        return False
    after = bisect_right(stretches.busy, (start, _NEVER[1]))
    free_from = stretches.busy[after - 1][1] if after else window[0]
    barrier = stretches.busy[after][0] if after < len(stretches.busy) else _NEVER[0]
    if free_from > start or clear_until > barrier:
        return False
    anchors = (_round_up(window[0]), _round_up(max(window[0], free_from)))
    return promised or any(
        start >= anchor and (start - anchor) % terms.step == 0 for anchor in anchors
    )


def booked_on_day_of(stretches: Stretches, terms: SlotTerms, start: int) -> int:
    """Count the appointments and holds on the local day of an instant."""
    day = _day(start, terms)
    return sum(1 for booked in stretches.booked if _day(booked, terms) == day)


def explain(
    facts: Sequence[SlotFact], closed: Sequence[ClosedPeriod], terms: SlotTerms, start: int
) -> Explanation:
    """Say by name of rule, event or holiday why a time is free, or why not."""
    end, clear_until = start + terms.duration, start + terms.step
    opened_by: list[str] = []
    obstacles: list[tuple[str, str]] = []
    for fact in facts:
        if fact.kind == _WINDOW:
            named = terms.service in fact.services or ALL_SERVICES in fact.services
            if named and fact.start < end and start < fact.end:
                opened_by.append(fact.ref)
        elif fact.start < clear_until and start < fact.end:
            obstacles.append((fact.kind, fact.ref))
    in_the_way = (one for one in closed if one.start < clear_until and start < one.end)
    obstacles += [(period.kind, period.name) for period in in_the_way]
    stretches = stretches_of(facts, (), terms)
    window = _span_around(stretches.windows, start)
    if window is None or end > window[1]:
        obstacles.append(("no booking times", ""))
    obstacles += _beyond_limits(stretches, terms, start)
    return Explanation(tuple(opened_by), tuple(obstacles))


def _beyond_limits(stretches: Stretches, terms: SlotTerms, start: int) -> list[tuple[str, str]]:
    reasons = (
        ("notice", start < terms.earliest),
        ("horizon", start > terms.latest),
        ("max per day", _day(start, terms) in stretches.full_days),
    )
    return [(kind, "") for kind, holds in reasons if holds]


def _from_earliest(first: int, step: int, earliest: int) -> int:
    """Return the first start of a grid that is not before the earliest."""
    return first if first >= earliest else first - (first - earliest) // step * step


def _round_up(instant: int) -> int:
    # Offsets of zones in use are multiples of five minutes: round wall time is round in UTC.
    return -(-instant // GRID_SECONDS) * GRID_SECONDS


def _join(spans: list[Span]) -> list[Span]:
    """Join what overlaps or touches; ``intervals.merge`` without its objects."""
    spans.sort()
    joined: list[Span] = []
    for span in spans:
        if joined and span[0] <= joined[-1][1]:
            if span[1] > joined[-1][1]:
                joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


def _cut(spans: list[Span], midnights: Sequence[int]) -> list[Span]:
    """Cut at midnights and drop what lies outside of them."""
    pieces: list[Span] = []
    for start, end in spans:
        begin = max(start, midnights[0])
        day = bisect_right(midnights, begin)
        while begin < end and day < len(midnights):
            pieces.append((begin, min(end, midnights[day])))
            begin = midnights[day]
            day += 1
    return pieces


def _full_days(booked: Iterable[int], terms: SlotTerms) -> frozenset[int]:
    if terms.max_per_day is None:
        return frozenset()
    counts = [0] * (len(terms.midnights) + 1)
    for start in booked:
        counts[_day(start, terms)] += 1
    return frozenset(day for day, count in enumerate(counts) if count >= terms.max_per_day)


def _day(instant: int, terms: SlotTerms) -> int:
    return bisect_right(terms.midnights, instant)


def _span_around(spans: list[Span], instant: int) -> Span | None:
    position = bisect_right(spans, (instant, _NEVER[1]))
    if position and spans[position - 1][1] > instant:
        return spans[position - 1]
    return None
