"""Half-open periods of time in UTC epoch seconds, and their algebra."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_start = attrgetter("start")


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A period ``[start, end)`` in UTC epoch seconds; it is never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse an empty or backward period."""
        if self.start >= self.end:
            msg = f"A period must start before it ends, not {self.start} to {self.end}."
            raise ValueError(msg)


def overlaps(one: Interval, other: Interval) -> bool:
    """Tell whether both have an instant in common; touching is not overlapping."""
    return one.start < other.end and other.start < one.end


def merge(periods: Iterable[Interval]) -> list[Interval]:
    """Join what overlaps or touches.

    Returns:
        The same instants as disjoint intervals, earliest first, with a gap
        between any two. The order of ``periods`` does not matter.
    """
    merged: list[Interval] = []
    ordered = iter(sorted(periods, key=_start))
    first = next(ordered, None)
    if first is None:
        return merged
    start, end = first.start, first.end
    for period in ordered:
        if period.start > end:
            merged.append(Interval(start, end))
            start, end = period.start, period.end
        elif period.end > end:
            end = period.end
    merged.append(Interval(start, end))
    return merged


def subtract(free: Iterable[Interval], busy: Iterable[Interval]) -> list[Interval]:
    """Take the busy instants out of the free ones.

    Both may be in any order and overlap within themselves.

    Returns:
        What is left, merged, earliest first.
    """
    return list(_remainders(merge(free), merge(busy)))


def _remainders(free: list[Interval], busy: list[Interval]) -> Iterator[Interval]:
    """Sweep two merged lists once; a busy period may cut several free ones."""
    position = 0
    for period in free:
        start = period.start
        while position < len(busy) and busy[position].end <= start:
            position += 1
        ahead = position
        while ahead < len(busy) and busy[ahead].start < period.end:
            if busy[ahead].start > start:
                yield Interval(start, busy[ahead].start)
            start = busy[ahead].end
            ahead += 1
        position = max(position, ahead - 1)
        if start < period.end:
            yield Interval(start, period.end)


def clip(periods: Iterable[Interval], window: Interval) -> list[Interval]:
    """Keep the parts of the periods that lie inside the window, in their order."""
    return [
        Interval(max(period.start, window.start), min(period.end, window.end))
        for period in periods
        if period.start < window.end and window.start < period.end
    ]
