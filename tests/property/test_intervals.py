"""The interval algebra against sets of single seconds."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assisto_caldav.domain.intervals import Interval, clip, merge, overlaps, subtract

intervals = st.builds(
    lambda start, length: Interval(start, start + length),
    st.integers(-20, 60),
    st.integers(1, 25),
)
periods = st.lists(intervals, max_size=8)


def seconds(of: list[Interval]) -> set[int]:
    """Return the slow model: every second that the intervals hold."""
    return {second for period in of for second in range(period.start, period.end)}


def are_merged(found: list[Interval]) -> bool:
    """Tell whether the intervals are sorted with a gap between any two."""
    return all(one.end < other.start for one, other in pairwise(found))


@given(intervals, intervals)
def test_overlapping_means_to_share_a_second(one: Interval, other: Interval) -> None:
    assert overlaps(one, other) == bool(seconds([one]) & seconds([other]))


@given(periods)
def test_merging_keeps_every_second_and_leaves_gaps(some: list[Interval]) -> None:
    merged = merge(some)

    assert seconds(merged) == seconds(some)
    assert are_merged(merged)


@given(periods, periods)
def test_subtracting_leaves_the_free_seconds_that_are_not_busy(
    free: list[Interval], busy: list[Interval]
) -> None:
    left = subtract(free, busy)

    assert seconds(left) == seconds(free) - seconds(busy)
    assert are_merged(left)


@given(periods, intervals)
def test_clipping_leaves_the_seconds_inside_the_window(
    some: list[Interval], window: Interval
) -> None:
    assert seconds(clip(some, window)) == seconds(some) & seconds([window])
