"""Slots against a slow model, minute by minute, in weeks with a change of clocks too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from assisto_caldav.domain.collection import SlotFact
from assisto_caldav.domain.slots import (
    ClosedPeriod,
    SlotTerms,
    explain,
    is_bookable,
    midnights_of,
    starts,
    stretches_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
FIRST_DAYS = (date(2026, 3, 28), date(2026, 10, 24), date(2028, 2, 28), date(2026, 6, 1))
DAYS = 3
MINUTE = 60
GRID = 5 * MINUTE
SERVICE = "s1"


@dataclass(frozen=True)
class World:
    facts: list[SlotFact]
    closed: list[ClosedPeriod]
    terms: SlotTerms

    @property
    def found(self) -> list[int]:
        return starts(stretches_of(self.facts, self.closed, self.terms), self.terms)

    @property
    def blocking(self) -> list[tuple[int, int]]:
        busy = [(fact.start, fact.end) for fact in self.facts if fact.kind != "window"]
        return busy + [(period.start, period.end) for period in self.closed]

    @property
    def windows(self) -> list[tuple[int, int]]:
        return [
            (fact.start, fact.end)
            for fact in self.facts
            if fact.kind == "window" and {SERVICE, "*"} & set(fact.services)
        ]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    midnights = midnights_of(
        (first := draw(st.sampled_from(FIRST_DAYS))), first + timedelta(days=DAYS - 1), BERLIN
    )
    begin, end = midnights[0], midnights[-1]
    minutes = (end - begin) // MINUTE

    def spans(longest: int, most: int) -> list[tuple[int, int]]:
        found = draw(
            st.lists(
                st.tuples(st.integers(-120, minutes + 120), st.integers(1, longest)), max_size=most
            )
        )
        return [(begin + at * MINUTE, begin + (at + length) * MINUTE) for at, length in found]

    opens = st.sampled_from([(SERVICE,), ("*",), ("s2",), ("s1", "s2")])
    kinds = st.sampled_from(["busy", "absence", "appointment", "hold"])
    facts = [SlotFact("alice", a, b, "window", "w", draw(opens)) for a, b in spans(1500, 5)]
    facts += [SlotFact("alice", a, b, draw(kinds), "b") for a, b in spans(200, 8)]
    closed = [ClosedPeriod(a, b, "Feiertag") for a, b in spans(1500, 1)]
    terms = SlotTerms(
        service=SERVICE,
        duration=draw(st.integers(5, 120)) * MINUTE,
        follow_up=draw(st.integers(0, 40)) * MINUTE,
        earliest=begin + draw(st.integers(-60, minutes // 2)) * MINUTE,
        latest=end - draw(st.integers(-60, minutes // 2)) * MINUTE,
        midnights=midnights,
        max_per_day=draw(st.sampled_from([None, None, 0, 1, 3])),
    )
    return World(facts, closed, terms)


def is_clear(world: World, start: int, end: int) -> bool:
    return all(b <= start or end <= a for a, b in world.blocking)


def day_of(world: World, instant: int) -> int:
    return sum(1 for midnight in world.terms.midnights if midnight <= instant)


def slow_starts(world: World) -> list[int]:
    """Walk every minute: where a stretch of bookable minutes begins, slots begin."""
    terms, found, windows = world.terms, [], world.windows
    booked = [fact.start for fact in world.facts if fact.kind in ("appointment", "hold")]
    following: int | None = None
    for minute in range(terms.midnights[0], terms.midnights[-1], MINUTE):
        is_free = any(a <= minute < b for a, b in windows) and is_clear(
            world, minute, minute + MINUTE
        )
        if not is_free or minute in terms.midnights:
            following = None
        if not is_free:
            continue
        if following is None:
            following = -(-minute // GRID) * GRID
        if minute != following:
            continue
        fits = all(
            any(a <= inside < b for a, b in windows)
            and day_of(world, inside) == day_of(world, minute)
            for inside in range(minute, minute + terms.duration, MINUTE)
        ) and is_clear(world, minute, minute + terms.step)
        if not fits:
            continue
        following += terms.step
        count = sum(1 for start in booked if day_of(world, start) == day_of(world, minute))
        is_full = terms.max_per_day is not None and count >= terms.max_per_day
        if terms.earliest <= minute <= terms.latest and not is_full:
            found.append(minute)
    return found


@given(worlds())
def test_slots_never_touch_busy_time_with_their_follow_up(world: World) -> None:
    assert all(is_clear(world, start, start + world.terms.step) for start in world.found)


@given(worlds())
def test_slots_never_overlap_each_other(world: World) -> None:
    found = world.found

    pairs = pairwise(found)
    assert all(following - start >= world.terms.duration for start, following in pairs)


@given(worlds())
def test_slots_lie_inside_the_booking_times_of_their_service_and_day(world: World) -> None:
    for start in world.found:
        inside = range(start, start + world.terms.duration, MINUTE)
        assert all(any(a <= minute < b for a, b in world.windows) for minute in inside)
        assert day_of(world, start) == day_of(world, start + world.terms.duration - 1)


@given(worlds())
def test_slots_honour_notice_and_horizon(world: World) -> None:
    assert all(world.terms.earliest <= start <= world.terms.latest for start in world.found)


@given(worlds())
def test_slots_are_those_of_a_slow_model(world: World) -> None:
    assert world.found == slow_starts(world)


@given(worlds())
def test_every_slot_is_bookable_and_explained_as_free(world: World) -> None:
    stretches = stretches_of(world.facts, world.closed, world.terms)

    for start in world.found:
        assert is_bookable(stretches, world.terms, start, promised=False)
        assert explain(world.facts, world.closed, world.terms, start).is_free


@given(worlds(), st.integers(0, DAYS * 24 * 12))
def test_what_is_promised_and_bookable_is_what_nothing_stands_against(
    world: World, steps: int
) -> None:
    start = world.terms.midnights[0] + steps * GRID
    stretches = stretches_of(world.facts, world.closed, world.terms)

    bookable = is_bookable(stretches, world.terms, start, promised=True)

    assert bookable == explain(world.facts, world.closed, world.terms, start).is_free
