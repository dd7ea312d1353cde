from __future__ import annotations

import pytest

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import ConflictError
from tests.contract.builders import (
    ALICE,
    BOB,
    DAY,
    NOW,
    collection_id,
    make_collection,
    make_object,
    make_occurrence,
)

PRIVATE = collection_id(ALICE, "private")


def test_a_home_lists_the_built_in_collections_first(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.collections.create(make_collection(ALICE, "zoo"))
        unit.collections.create(make_collection(ALICE, "a-first"))

    with database.reading() as unit:
        names = [collection.name for collection in unit.collections.of_owner(ALICE)]

    assert names == ["appointments", "booking-times", "absences", "a-first", "zoo"]


def test_a_collection_comes_back_as_it_was_stored(database: SqlDatabase) -> None:
    made = make_collection(
        ALICE,
        "private",
        components=("VEVENT", "VTODO"),
        props={"D:displayname": "Öffentlich: 100 %"},
        revision=3,
        oldest_revision=2,
    )

    with database.writing() as unit:
        unit.collections.create(made)

    with database.reading() as unit:
        assert unit.collections.get(ALICE, "private") == made
        assert unit.collections.by_id(PRIVATE) == made


def test_what_is_not_there_is_none(database: SqlDatabase) -> None:
    with database.reading() as unit:
        assert unit.collections.get(ALICE, "nothing") is None
        assert unit.collections.by_id("nothing") is None
        assert unit.collections.of_owner("mallory@nowhere.example") == []


def test_a_name_is_used_once_in_a_home(database: SqlDatabase) -> None:
    with pytest.raises(ConflictError), database.writing() as unit:
        unit.collections.create(make_collection(ALICE, "appointments", id="another"))


def test_two_homes_may_use_the_same_name(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.collections.create(make_collection(ALICE, "private"))
        unit.collections.create(make_collection(BOB, "private"))


def test_new_properties_make_a_new_revision(database: SqlDatabase) -> None:
    target = collection_id(ALICE, "appointments")

    with database.writing() as unit:
        revision = unit.collections.set_props(target, {"D:displayname": "Termine"}, now=NOW + 1)

    with database.reading() as unit:
        changed = unit.collections.by_id(target)
    assert changed is not None
    assert (revision, changed.revision) == (1, 1)
    assert changed.props == {"D:displayname": "Termine"}
    assert changed.modified_at == NOW + 1


def test_a_deleted_collection_takes_everything_in_it_away(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.collections.create(make_collection(ALICE, "private"))
        unit.objects.put(make_object(collection=PRIVATE), [make_occurrence()])
        before = unit.slot_facts.revision([ALICE])
        unit.collections.delete(PRIVATE)

    with database.reading() as unit:
        window = Interval(NOW, NOW + 7 * DAY)
        assert unit.collections.by_id(PRIVATE) is None
        assert unit.objects.get(PRIVATE, "one.ics") is None
        assert unit.objects.changes(PRIVATE, since=0) == []
        assert unit.objects.occurrences([PRIVATE], window) == []
        assert unit.slot_facts.read([ALICE], window, now=NOW) == []
        assert unit.slot_facts.revision([ALICE]) != before
