from __future__ import annotations

from dataclasses import replace

import pytest

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.domain.appointment import Hold
from assisto_caldav.errors import NotFoundError, SlotTakenError
from tests.contract.builders import BOB, HOUR, NOW, TEN, add_appointment, make_hold


def place(database: SqlDatabase, hold: Hold, *, now: int = NOW) -> None:
    with database.writing() as unit:
        unit.holds.place(hold, now=now)


def found(database: SqlDatabase, name: str = "h1") -> Hold | None:
    with database.reading() as unit:
        return unit.holds.get(name)


def test_a_hold_comes_back_as_it_was_placed(database: SqlDatabase) -> None:
    made = make_hold(blocked_until=TEN + HOUR + 600)

    place(database, made)

    assert found(database) == made
    assert found(database, "h2") is None


def test_a_visitor_has_one_hold_in_an_institution(database: SqlDatabase) -> None:
    made = make_hold(blocked_until=TEN + HOUR + 600)

    place(database, made)

    with database.reading() as unit:
        assert unit.holds.of_visitor(made.institution, made.visitor) == made
        assert unit.holds.of_visitor("nord", made.visitor) is None
        assert unit.holds.of_visitor(made.institution, "somebody else") is None


def test_two_visitors_cannot_hold_overlapping_time(database: SqlDatabase) -> None:
    place(database, make_hold("h1", blocked_until=TEN + HOUR + 600))

    with pytest.raises(SlotTakenError):
        place(database, make_hold("h2", start=TEN + HOUR))

    assert found(database, "h2") is None


def test_two_visitors_can_hold_time_that_touches_or_is_a_colleagues(database: SqlDatabase) -> None:
    place(database, make_hold("h1"))

    place(database, make_hold("h2", start=TEN + HOUR))
    place(database, make_hold("h3", counsellor=BOB))


def test_the_time_of_an_appointment_cannot_be_held(database: SqlDatabase) -> None:
    with database.writing() as unit:
        add_appointment(unit)

    with pytest.raises(SlotTakenError):
        place(database, make_hold())


def test_a_visitor_has_one_hold(database: SqlDatabase) -> None:
    place(database, make_hold("h1", visitor="olaf"))

    place(database, make_hold("h2", visitor="olaf", start=TEN + 600))

    assert found(database, "h1") is None
    assert found(database, "h2") is not None
    place(database, make_hold("h3", start=TEN - HOUR + 600))


def test_an_expired_hold_frees_its_slot(database: SqlDatabase) -> None:
    place(database, make_hold("h1", expires_at=NOW + 900))

    place(database, make_hold("h2", expires_at=NOW + 1800), now=NOW + 900)

    assert found(database, "h1") is not None


def test_an_extended_hold_lives_longer(database: SqlDatabase) -> None:
    place(database, make_hold(expires_at=NOW + 900))

    with database.writing() as unit:
        unit.holds.extend("h1", expires_at=NOW + 1800, now=NOW + 800)

    assert found(database) == replace(make_hold(), expires_at=NOW + 1800)
    with pytest.raises(SlotTakenError):
        place(database, make_hold("h2"), now=NOW + 1799)


def test_a_lapsed_hold_lives_again_when_its_time_is_free(database: SqlDatabase) -> None:
    place(database, make_hold(expires_at=NOW + 900))

    with database.writing() as unit:
        unit.holds.extend("h1", expires_at=NOW + 5000, now=NOW + 2000)

    with pytest.raises(SlotTakenError):
        place(database, make_hold("h2"), now=NOW + 2001)


def test_a_lapsed_hold_whose_time_was_taken_is_gone(database: SqlDatabase) -> None:
    place(database, make_hold("h1", expires_at=NOW + 900))
    place(database, make_hold("h2", expires_at=NOW + 9000), now=NOW + 1000)

    with pytest.raises(SlotTakenError), database.writing() as unit:
        unit.holds.extend("h1", expires_at=NOW + 5000, now=NOW + 2000)


def test_extending_nothing_is_not_found(database: SqlDatabase) -> None:
    with pytest.raises(NotFoundError), database.writing() as unit:
        unit.holds.extend("h1", expires_at=NOW + 5000, now=NOW)


def test_a_released_hold_frees_its_slot(database: SqlDatabase) -> None:
    place(database, make_hold("h1"))

    with database.writing() as unit:
        unit.holds.release("h1")
        unit.holds.release("h1")

    assert found(database) is None
    place(database, make_hold("h2"))


def test_purging_drops_what_lapsed_before(database: SqlDatabase) -> None:
    place(database, make_hold("h1", expires_at=NOW + 900))
    place(database, make_hold("h2", start=TEN + HOUR, expires_at=NOW + 901))

    with database.writing() as unit:
        count = unit.holds.purge(before=NOW + 901)

    assert count == 1
    assert found(database, "h1") is None
    assert found(database, "h2") is not None


def test_a_hold_remembers_when_it_was_first_placed(database: SqlDatabase) -> None:
    made = make_hold(placed_at=NOW - 600)

    with database.writing() as unit:
        unit.holds.place(made, now=NOW)
        unit.holds.extend(made.id, expires_at=made.expires_at + 60, now=NOW)

    with database.reading() as unit:
        found = unit.holds.get(made.id)
    assert found is not None
    assert found.placed_at == NOW - 600


def test_the_next_lapse_is_that_of_a_living_hold_of_these_counsellors(
    database: SqlDatabase,
) -> None:
    hold = make_hold()
    with database.writing() as unit:
        unit.holds.place(hold, now=NOW)
        counsellors = [hold.counsellor]
        assert unit.slot_facts.next_lapses(counsellors, now=NOW) == {
            hold.counsellor: hold.expires_at
        }
        assert unit.slot_facts.next_lapses(counsellors, now=hold.expires_at) == {}
        assert unit.slot_facts.next_lapses(["nobody@mitte.example"], now=NOW) == {}
