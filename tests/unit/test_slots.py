from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.collection import SlotFact
from assisto_caldav.domain.institution import Limits
from assisto_caldav.domain.service import Service
from assisto_caldav.domain.slots import (
    ClosedPeriod,
    SlotTerms,
    booked_on_day_of,
    explain,
    is_bookable,
    midnights_of,
    starts,
    stretches_of,
    terms_for,
)
from tests.office import at

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 12, 7)
SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)
MINUTE = 60


def make_terms(first: date = MONDAY, last: date | None = None, **changes: Any) -> SlotTerms:
    midnights = midnights_of(first, last or first, BERLIN)
    facts: dict[str, Any] = {
        "service": "s1",
        "duration": 50 * MINUTE,
        "follow_up": 10 * MINUTE,
        "earliest": 0,
        "latest": 1 << 40,
        "midnights": midnights,
    }
    return SlotTerms(**{**facts, **changes})


def fact(kind: str, start: str, end: str, *, day: date = MONDAY, **changes: Any) -> SlotFact:
    services = changes.pop("services", ("*",) if kind == "window" else ())
    ref = changes.pop("ref", kind)
    return SlotFact("alice", at(day, start), at(day, end), kind, ref, services)


def times(facts: list[SlotFact], terms: SlotTerms, *closed: ClosedPeriod, but: str = "") -> str:
    found = starts(stretches_of(facts, closed, terms, but=but), terms)
    return " ".join(f"{datetime.fromtimestamp(start, BERLIN):%H:%M}" for start in found)


MORNING = fact("window", "09:00", "12:00")


def test_the_next_slot_begins_after_the_follow_up_time() -> None:
    assert times([MORNING], make_terms()) == "09:00 10:00 11:00"


def test_the_follow_up_time_may_run_past_the_booking_times() -> None:
    window = fact("window", "09:00", "09:50")

    assert times([window], make_terms()) == "09:00"


def test_the_follow_up_time_never_runs_into_busy_time() -> None:
    busy = fact("busy", "11:55", "12:30")

    assert times([MORNING, busy], make_terms()) == "09:00 10:00"


def test_after_busy_time_slots_begin_on_a_round_minute() -> None:
    busy = fact("busy", "09:00", "09:42")

    assert times([MORNING, busy], make_terms()) == "09:45 10:45"


def test_a_window_of_another_service_opens_nothing() -> None:
    window = fact("window", "09:00", "12:00", services=("s2",))

    assert times([window], make_terms()) == ""


def test_windows_that_overlap_are_one() -> None:
    windows = [fact("window", "09:00", "10:30"), fact("window", "10:00", "12:00")]

    assert times(windows, make_terms()) == "09:00 10:00 11:00"


@pytest.mark.parametrize("kind", ["busy", "absence", "appointment", "hold"])
def test_everything_that_blocks_takes_slots_away(kind: str) -> None:
    blocked = fact(kind, "10:00", "11:00")

    assert times([MORNING, blocked], make_terms()) == "09:00 11:00"


def test_the_own_hold_does_not_count() -> None:
    hold = fact("hold", "10:00", "11:00", ref="mine")

    assert times([MORNING, hold], make_terms(), but="mine") == "09:00 10:00 11:00"


def test_a_closed_day_has_no_slots() -> None:
    day = make_terms().midnights
    christmas = ClosedPeriod(day[0], day[1], "1. Weihnachtstag", "public holiday")

    assert times([MORNING], make_terms(), christmas) == ""


def test_notice_moves_on_to_the_next_slot_of_the_grid() -> None:
    terms = make_terms(earliest=at(MONDAY, "09:01"))

    assert times([MORNING], terms) == "10:00 11:00"


def test_the_horizon_counts_to_the_second() -> None:
    terms = make_terms(latest=at(MONDAY, "10:00"))

    assert times([MORNING], terms) == "09:00 10:00"


def test_a_full_day_has_no_more_slots_and_the_next_day_has() -> None:
    facts = [
        MORNING,
        fact("appointment", "14:00", "15:00"),
        fact("window", "09:00", "10:00", day=date(2026, 12, 8)),
    ]

    terms = make_terms(MONDAY, date(2026, 12, 8), max_per_day=1)

    found = starts(stretches_of(facts, (), terms), terms)
    assert found == [at(date(2026, 12, 8), "09:00")]


def test_busy_time_and_absences_do_not_fill_a_day() -> None:
    facts = [MORNING, fact("busy", "14:00", "15:00"), fact("absence", "16:00", "17:00")]

    assert times(facts, make_terms(max_per_day=1)) == "09:00 10:00 11:00"


def test_no_slot_crosses_midnight() -> None:
    tuesday = date(2026, 12, 8)
    night = SlotFact("alice", at(MONDAY, "22:30"), at(tuesday, "01:00"), "window", "w", ("*",))

    assert times([night], make_terms(MONDAY, tuesday)) == "22:30 00:00"


def test_a_day_has_the_same_slots_however_many_days_are_asked_for() -> None:
    always = SlotFact("alice", 0, 1 << 40, "window", "w", ("*",))
    busy = fact("busy", "10:07", "10:30")

    alone = make_terms(duration=45 * MINUTE)
    in_between = make_terms(date(2026, 12, 1), date(2026, 12, 20), duration=45 * MINUTE)

    found = starts(stretches_of([always, busy], (), in_between), in_between)
    first, last = alone.midnights
    assert [start for start in found if first <= start < last] == starts(
        stretches_of([always, busy], (), alone), alone
    )


def test_on_the_day_of_23_hours_slots_keep_their_length() -> None:
    night = fact("window", "00:00", "05:00", day=SPRING)

    assert times([night], make_terms(SPRING)) == "00:00 01:00 03:00 04:00"


def test_on_the_day_of_25_hours_an_hour_comes_twice() -> None:
    night = fact("window", "00:00", "05:00", day=AUTUMN)

    assert times([night], make_terms(AUTUMN)) == "00:00 01:00 02:00 02:00 03:00 04:00"


def test_days_of_changed_clocks_have_23_and_25_hours() -> None:
    spring, autumn = midnights_of(SPRING, SPRING, BERLIN), midnights_of(AUTUMN, AUTUMN, BERLIN)

    assert (spring[1] - spring[0], autumn[1] - autumn[0]) == (23 * 3600, 25 * 3600)


def test_a_day_that_its_zone_skipped_has_no_midnight() -> None:
    apia = ZoneInfo("Pacific/Apia")

    borders = midnights_of(date(2011, 12, 29), date(2011, 12, 31), apia)

    assert len(borders) == 3
    assert midnights_of(MONDAY, date(2026, 12, 6), BERLIN) == ()


def test_terms_come_from_the_service_and_the_limits() -> None:
    service = Service(
        id="s1", name="X", duration_minutes=30, follow_up_minutes=5, channels=(Channel.PHONE,)
    )
    limits = Limits(notice_hours=2, horizon_days=3, max_per_day=4)

    terms = terms_for(service, limits, now=1000, midnights=(0, 86400))

    assert terms == SlotTerms("s1", 1800, 300, 1000 + 7200, 1000 + 3 * 86400, (0, 86400), 4)
    assert terms.reads.end == 86400 + 300


def test_a_slot_that_was_shown_stays_bookable_when_a_shorter_one_is_taken_beside_it() -> None:
    taken = fact("appointment", "09:00", "09:40")
    terms = make_terms()
    stretches = stretches_of([MORNING, taken], (), terms)

    assert at(MONDAY, "10:00") not in starts(stretches, terms)
    assert is_bookable(stretches, terms, at(MONDAY, "10:00"), promised=False)


def test_a_free_time_that_was_never_a_slot_is_not_bookable() -> None:
    terms = make_terms()
    stretches = stretches_of([MORNING], (), terms)

    assert not is_bookable(stretches, terms, at(MONDAY, "09:05"), promised=False)
    assert not is_bookable(stretches, terms, at(MONDAY, "08:00"), promised=False)


def test_a_promised_time_is_bookable_off_the_grid_but_not_over_busy_time() -> None:
    terms = make_terms()
    stretches = stretches_of([MORNING, fact("busy", "11:00", "11:30")], (), terms)

    assert is_bookable(stretches, terms, at(MONDAY, "09:05"), promised=True)
    assert not is_bookable(stretches, terms, at(MONDAY, "10:10"), promised=True)


def test_appointments_and_holds_of_the_local_day_are_counted() -> None:
    facts = [
        fact("appointment", "09:00", "10:00"),
        fact("hold", "23:30", "23:40"),
        fact("busy", "11:00", "12:00"),
        fact("appointment", "00:00", "01:00", day=date(2026, 12, 8)),
    ]
    terms = make_terms()

    assert booked_on_day_of(stretches_of(facts, (), terms), terms, at(MONDAY, "12:00")) == 2


def test_a_free_time_names_the_rule_that_opens_it() -> None:
    found = explain(
        [fact("window", "09:00", "12:00", ref="rule 1")], (), make_terms(), at(MONDAY, "09:00")
    )

    assert found.is_free
    assert found.opened_by == ("rule 1",)


def test_a_time_that_is_not_free_names_everything_in_its_way() -> None:
    day = make_terms().midnights
    facts = [MORNING, fact("busy", "09:55", "10:30", ref="event 1")]
    closed = [ClosedPeriod(day[0], day[1], "Betriebsausflug")]
    terms = make_terms(earliest=at(MONDAY, "10:00"), max_per_day=0)

    found = explain(facts, closed, terms, at(MONDAY, "09:00"))

    assert not found.is_free
    assert found.obstacles == (
        ("busy", "event 1"),
        ("closing day", "Betriebsausflug"),
        ("notice", ""),
        ("max per day", ""),
    )


def test_a_time_without_booking_times_says_so() -> None:
    found = explain([MORNING], (), make_terms(latest=0), at(MONDAY, "15:00"))

    assert found.opened_by == ()
    assert found.obstacles == (("no booking times", ""), ("horizon", ""))
