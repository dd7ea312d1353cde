from __future__ import annotations

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.domain.waitlist import EarlierOffer, Waiting
from tests.contract.builders import NOW, add_appointment

OFFER = EarlierOffer("h1", NOW + 86400, NOW + 3600)


def test_entries_come_in_turn_and_joining_twice_keeps_the_place(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.waitlist.join("a2", now=NOW)
        unit.waitlist.join("a1", now=NOW + 1)
        unit.waitlist.join("a2", now=NOW + 2)

    with database.reading() as unit:
        assert unit.waitlist.all() == [Waiting("a2", NOW), Waiting("a1", NOW + 1)]


def test_an_offer_that_was_not_taken_is_remembered_until_one_leaves(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.waitlist.join("a1", now=NOW)
        unit.waitlist.pass_over("a1")
        unit.waitlist.offer("a1", OFFER)
        assert unit.waitlist.get("a1") == Waiting("a1", NOW, OFFER)
        assert unit.waitlist.passed("a1") == frozenset()
        unit.waitlist.pass_over("a1")
        unit.waitlist.offer("a1", OFFER)
        unit.waitlist.pass_over("a1")

    with database.writing() as unit:
        assert unit.waitlist.get("a1") == Waiting("a1", NOW)
        assert unit.waitlist.passed("a1") == {OFFER.start}
        unit.waitlist.leave("a1")
        unit.waitlist.leave("a1")

    with database.reading() as unit:
        assert unit.waitlist.get("a1") is None
        assert unit.waitlist.passed("a1") == frozenset()


def test_whoever_is_erased_waits_no_more(database: SqlDatabase) -> None:
    with database.writing() as unit:
        add_appointment(unit, "a1")
        unit.waitlist.join("a1", now=NOW)
        unit.waitlist.offer("a1", OFFER)
        unit.waitlist.pass_over("a1")

    with database.writing() as unit:
        unit.appointments.erase("a1")

    with database.reading() as unit:
        assert unit.waitlist.all() == []
        assert unit.waitlist.passed("a1") == frozenset()
