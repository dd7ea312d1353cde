from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase, SqlUnit
from assisto_caldav.domain.appointment import State
from assisto_caldav.domain.collection import Role, SlotFact
from assisto_caldav.domain.intervals import Interval
from tests.contract.builders import (
    ALICE,
    BOB,
    CAROL,
    DAY,
    HOUR,
    NOW,
    TEN,
    add_appointment,
    collection_id,
    make_appointment,
    make_hold,
    make_object,
    make_occurrence,
)

WINDOW = Interval(TEN, TEN + DAY)
RULES = collection_id(ALICE, "booking-times")
HOME = collection_id(ALICE, "appointments")


def read(database: SqlDatabase, *counsellors: str, now: int = NOW) -> list[SlotFact]:
    with database.reading() as unit:
        return unit.slot_facts.read(counsellors or (ALICE,), WINDOW, now=now)


def put(
    database: SqlDatabase, role: Role, *, start: int = TEN, length: int = HOUR, **of: Any
) -> str:
    item = make_object(**of)
    with database.writing() as unit:
        unit.objects.put(item, [make_occurrence(start, length, role=role)])
    return item.id


def test_windows_come_with_their_services(database: SqlDatabase) -> None:
    ref = put(database, Role.WINDOW, collection=RULES, services=("s1", "s2"))

    assert read(database) == [SlotFact(ALICE, TEN, TEN + HOUR, "window", ref, ("s1", "s2"))]


@pytest.mark.parametrize("services", [None, ()])
def test_a_rule_that_is_not_understood_opens_nothing(
    database: SqlDatabase, services: tuple[str, ...] | None
) -> None:
    put(database, Role.WINDOW, collection=RULES, services=services)

    assert read(database) == []


def test_a_rule_opens_something_once_it_is_reindexed_as_understood(database: SqlDatabase) -> None:
    ref = put(database, Role.WINDOW, collection=RULES, services=("*",))

    with database.writing() as unit:
        rows = [make_occurrence(TEN + HOUR, role=Role.WINDOW)]
        unit.objects.reindex(ref, rows, expanded_until=None)

    assert read(database) == [SlotFact(ALICE, TEN + HOUR, TEN + 2 * HOUR, "window", ref, ("*",))]


def test_busy_time_and_absences_come_by_name_long_ones_too(database: SqlDatabase) -> None:
    busy = put(database, Role.BUSY, href="busy.ics")
    absence = put(
        database, Role.ABSENCE, start=TEN - 9 * DAY, length=30 * DAY,
        collection=collection_id(ALICE, "absences"),
    )  # fmt: skip

    assert read(database) == [
        SlotFact(ALICE, TEN - 9 * DAY, TEN + 21 * DAY, "absence", absence),
        SlotFact(ALICE, TEN, TEN + HOUR, "busy", busy),
    ]


def test_what_neither_opens_nor_blocks_is_no_fact(database: SqlDatabase) -> None:
    put(database, Role.NONE, href="free.ics")
    put(database, Role.BUSY, href="instant.ics", length=0)

    assert read(database) == []


def test_appointments_come_with_follow_up_time_and_holds_while_they_live(
    database: SqlDatabase,
) -> None:
    with database.writing() as unit:
        add_appointment(unit, "a1", blocked_until=TEN + HOUR + 600)
        unit.holds.place(make_hold(start=TEN + 2 * HOUR, expires_at=NOW + 900), now=NOW)
    appointment = SlotFact(ALICE, TEN, TEN + HOUR + 600, "appointment", "a1")

    assert read(database, now=NOW + 899) == [
        appointment,
        SlotFact(ALICE, TEN + 2 * HOUR, TEN + 3 * HOUR, "hold", "h1"),
    ]
    assert read(database, now=NOW + 900) == [appointment]


def test_only_what_overlaps_the_window_counts(database: SqlDatabase) -> None:
    put(database, Role.BUSY, href="before.ics", start=TEN - HOUR)
    put(database, Role.BUSY, href="after.ics", start=TEN + DAY)
    with database.writing() as unit:
        add_appointment(unit, "before", start=TEN - HOUR)
        add_appointment(
            unit, "into", start=TEN - 2 * HOUR - 1, end=TEN - HOUR, blocked_until=TEN - HOUR
        )
        add_appointment(unit, "after", start=TEN + DAY)

    assert read(database) == []


def test_facts_of_many_come_by_counsellor_and_start(database: SqlDatabase) -> None:
    bobs = put(database, Role.BUSY, collection=collection_id(BOB, "appointments"))
    late = put(database, Role.BUSY, href="late.ics", start=TEN + HOUR)
    early = put(database, Role.BUSY, href="early.ics", start=TEN)
    put(database, Role.BUSY, collection=collection_id(CAROL, "appointments"))

    facts = read(database, BOB, ALICE)

    assert [(fact.counsellor, fact.ref) for fact in facts] == [
        (ALICE, early),
        (ALICE, late),
        (BOB, bobs),
    ]


CHANGES: dict[str, Callable[[SqlUnit], Any]] = {
    "put": lambda unit: unit.objects.put(make_object("new.ics"), [make_occurrence()]),
    "remove": lambda unit: unit.objects.remove(HOME, "one.ics", now=NOW),
    "reindex": lambda unit: unit.objects.reindex(f"{HOME}/one.ics", [], expanded_until=None),
    "set_blocking": lambda unit: unit.objects.set_blocking(HOME, blocks=False),
    "add": lambda unit: add_appointment(unit, "a2", start=TEN + 5 * HOUR),
    "update": lambda unit: unit.appointments.update(make_appointment("a1", state=State.DECLINED)),
    "erase": lambda unit: unit.appointments.erase("a1"),
    "place": lambda unit: unit.holds.place(make_hold("h2", start=TEN + 6 * HOUR), now=NOW),
    "extend": lambda unit: unit.holds.extend("h1", expires_at=NOW + 9000, now=NOW),
    "release": lambda unit: unit.holds.release("h1"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_a_fact_shows_in_the_revision(database: SqlDatabase, change: str) -> None:
    with database.writing() as unit:
        add_appointment(unit, "a1")
        unit.holds.place(make_hold("h1", start=TEN + 2 * HOUR), now=NOW)
        unit.objects.put(make_object(), [make_occurrence()])
        before = unit.slot_facts.revision([BOB, ALICE])

    with database.writing() as unit:
        CHANGES[change](unit)

    with database.reading() as unit:
        after = unit.slot_facts.revision([BOB, ALICE])
    assert after[0] == before[0]
    assert after[1] > before[1]


def test_a_calendar_that_blocks_nothing_is_no_fact_until_it_blocks_again(
    database: SqlDatabase,
) -> None:
    with database.writing() as unit:
        unit.objects.put(make_object(), [make_occurrence()])
        unit.objects.set_blocking(HOME, blocks=False)
    free = read(database, ALICE)

    with database.writing() as unit:
        unit.objects.set_blocking(HOME, blocks=True)

    assert free == []
    assert [fact.kind for fact in read(database, ALICE)] == ["busy"]


def test_the_revision_of_a_stranger_is_nought(database: SqlDatabase) -> None:
    with database.reading() as unit:
        assert unit.slot_facts.revision(["mallory@nowhere.example"]) == (0,)
