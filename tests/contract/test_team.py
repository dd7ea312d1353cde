"""The team store: appointments' times of several counsellors, from the index."""

from __future__ import annotations

import pytest

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.team import AppointmentTime
from assisto_caldav.ports import Unit
from tests.contract.builders import (
    ALICE,
    BOB,
    HOUR,
    NOW,
    TEN,
    collection_id,
    make_collection,
    make_object,
    make_occurrence,
)

OF_ALICE = collection_id(ALICE, "appointments")
OF_BOB = collection_id(BOB, "appointments")
BOTH = [OF_ALICE, OF_BOB]
CLOSURES = "mitte/closing-days"


@pytest.fixture
def filled(database: SqlDatabase) -> SqlDatabase:
    """Two appointments of Alice, one of Bob, and an own event of hers."""
    with database.writing() as unit:
        put(unit, OF_ALICE, "a.ics", TEN, appointment="a")
        put(unit, OF_ALICE, "b.ics", TEN + 5 * HOUR, appointment="b", fbtype="FREE")
        put(unit, OF_ALICE, "own.ics", TEN)
        put(unit, OF_BOB, "c.ics", TEN + HOUR, appointment="c", fbtype="BUSY-TENTATIVE")
    return database


def put(unit: Unit, collection: str, href: str, start: int, **changes: str) -> None:
    fbtype = changes.pop("fbtype", "BUSY")
    item = make_object(href, collection=collection, **changes)
    unit.objects.put(item, [make_occurrence(start, fbtype=fbtype)])


def hrefs(times: list[AppointmentTime]) -> list[str]:
    return [time.href for time in times]


def test_times_are_of_appointments_alone_cancelled_ones_too(filled: SqlDatabase) -> None:
    with filled.reading() as unit:
        times = unit.team.times(BOTH)

    assert hrefs(times) == ["a.ics", "b.ics", "c.ics"]
    assert times[2] == AppointmentTime(
        OF_BOB, "c.ics", TEN + HOUR, TEN + 2 * HOUR, "BUSY-TENTATIVE", times[2].modified_at, 1
    )


def test_times_of_a_window_overlap_it(filled: SqlDatabase) -> None:
    with filled.reading() as unit:
        inside = unit.team.times_in(BOTH, Interval(TEN + HOUR, TEN + 2 * HOUR))
        before = unit.team.times_in(BOTH, Interval(NOW, TEN))

    assert hrefs(inside) == ["c.ics"]
    assert before == []


def test_times_of_some_hrefs(filled: SqlDatabase) -> None:
    with filled.reading() as unit:
        found = unit.team.times_of(OF_ALICE, ["a.ics", "own.ics", "nothing.ics"])

    assert hrefs(found) == ["a.ics"]


def test_nobody_has_no_times(filled: SqlDatabase) -> None:
    with filled.reading() as unit:
        assert unit.team.times([]) == []
        assert unit.collections.named([], "appointments") == []


def test_collections_of_a_name_come_by_owner(filled: SqlDatabase) -> None:
    with filled.reading() as unit:
        found = unit.collections.named([BOB, ALICE, "nobody@mitte.example"], "appointments")

    assert [one.owner for one in found] == [ALICE, BOB]


def test_what_an_institution_owns_is_news_for_all_of_its_staff(filled: SqlDatabase) -> None:
    with filled.writing() as unit:
        before = unit.slot_facts.revision([ALICE, BOB])
        unit.collections.create(make_collection("mitte", "closing-days", institution="mitte"))
        unit.objects.put(make_object("x.ics", collection=CLOSURES), [make_occurrence()])
        after = unit.slot_facts.revision([ALICE, BOB])

    assert all(old < new for old, new in zip(before, after, strict=True))


def test_what_an_institution_owns_is_read_under_its_name(filled: SqlDatabase) -> None:
    with filled.writing() as unit:
        unit.collections.create(make_collection("mitte", "closing-days", institution="mitte"))
        unit.objects.put(make_object("x.ics", collection=CLOSURES), [make_occurrence()])

        facts = unit.slot_facts.read(["mitte"], Interval(TEN, TEN + HOUR), now=NOW)

    assert [fact.counsellor for fact in facts] == ["mitte"]
