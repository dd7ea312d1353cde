"""Half-open periods and their algebra, by example."""

from __future__ import annotations

import pytest

from assisto_caldav.domain.intervals import Interval, clip, merge, overlaps, subtract


@pytest.mark.parametrize("end", [9, 10])
def test_an_empty_or_backward_interval_cannot_exist(end: int) -> None:
    with pytest.raises(ValueError, match="must start before it ends"):
        Interval(10, end)


def test_touching_intervals_do_not_overlap() -> None:
    assert not overlaps(Interval(0, 10), Interval(10, 20))


def test_intervals_with_one_common_second_overlap() -> None:
    assert overlaps(Interval(0, 11), Interval(10, 20))


def test_merging_joins_what_touches_and_sorts_the_rest() -> None:
    merged = merge([Interval(30, 40), Interval(0, 10), Interval(10, 20), Interval(2, 5)])

    assert merged == [Interval(0, 20), Interval(30, 40)]


def test_merging_nothing_gives_nothing() -> None:
    assert merge([]) == []


def test_a_busy_period_cuts_a_free_one_in_two() -> None:
    assert subtract([Interval(0, 30)], [Interval(10, 20)]) == [Interval(0, 10), Interval(20, 30)]


def test_one_long_busy_period_cuts_several_free_ones() -> None:
    left = subtract([Interval(0, 10), Interval(20, 30), Interval(40, 50)], [Interval(5, 45)])

    assert left == [Interval(0, 5), Interval(45, 50)]


def test_clipping_keeps_only_what_lies_in_the_window() -> None:
    clipped = clip([Interval(0, 10), Interval(8, 30), Interval(12, 14)], Interval(10, 20))

    assert clipped == [Interval(10, 20), Interval(12, 14)]
