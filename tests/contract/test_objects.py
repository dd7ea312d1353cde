from __future__ import annotations

from typing import Any

import pytest

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.domain.collection import Change, Role, StoredObject
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import NotFoundError, UidConflictError
from tests.contract.builders import (
    ALICE,
    BOB,
    DAY,
    HOUR,
    NOW,
    TEN,
    collection_id,
    make_collection,
    make_object,
    make_occurrence,
)

HOME = collection_id(ALICE, "appointments")
WEEK = Interval(TEN, TEN + 7 * DAY)


def put(database: SqlDatabase, *items: StoredObject, **occurrence: Any) -> None:
    with database.writing() as unit:
        for item in items:
            unit.objects.put(item, [make_occurrence(**occurrence)])


def test_an_object_comes_back_as_it_was_put(database: SqlDatabase) -> None:
    made = make_object(
        text="BEGIN:VCALENDAR\r\nSUMMARY:Smith\\, John: 100 % Grüße 🎈\r\n",
        sequence=2,
        schedule_tag="tag",
        appointment="a1",
        services=("s1", "s2"),
        last=TEN,
        expanded_until=TEN + DAY,
    )

    put(database, made)

    with database.reading() as unit:
        assert unit.objects.get(HOME, "one.ics") == made._replace(revision=1)
        assert unit.objects.by_appointment("a1") == made._replace(revision=1)
        assert unit.objects.by_appointment("a2") is None
        assert unit.objects.get(HOME, "two.ics") is None


@pytest.mark.parametrize("services", [None, (), ("*",)])
def test_a_rule_that_is_not_understood_is_no_rule_without_services(
    database: SqlDatabase, services: tuple[str, ...] | None
) -> None:
    put(database, make_object(services=services))

    with database.reading() as unit:
        stored = unit.objects.get(HOME, "one.ics")
    assert stored is not None
    assert stored.services == services


def test_each_put_makes_the_next_revision(database: SqlDatabase) -> None:
    with database.writing() as unit:
        revisions = [
            unit.objects.put(make_object("one.ics"), []),
            unit.objects.put(make_object("two.ics"), []),
            unit.objects.put(make_object("one.ics", text="new"), []),
        ]
        collection = unit.collections.by_id(HOME)

    assert revisions == [1, 2, 3]
    assert collection is not None
    assert collection.revision == 3


def test_a_put_on_the_same_href_replaces_object_and_occurrences(database: SqlDatabase) -> None:
    put(database, make_object(), start=TEN)

    put(database, make_object(id="another id", text="new"), start=TEN + DAY)

    with database.reading() as unit:
        stored = unit.objects.get(HOME, "one.ics")
        found = unit.objects.occurrences([HOME], WEEK)
    assert stored is not None
    assert stored.text == "new"
    assert [(item, row.start) for item, row in found] == [(stored.id, TEN + DAY)]


def test_a_uid_is_used_once_in_a_collection(database: SqlDatabase) -> None:
    put(database, make_object("one.ics", uid="same"))

    with pytest.raises(UidConflictError) as caught:
        put(database, make_object("two.ics", uid="same"))

    assert caught.value.href == "one.ics"
    with database.reading() as unit:
        assert unit.objects.etags(HOME) == [("one.ics", make_object().etag)]


def test_an_owner_may_have_one_uid_in_two_collections(database: SqlDatabase) -> None:
    absences, bobs = collection_id(ALICE, "absences"), collection_id(BOB, "absences")
    put(
        database,
        make_object(uid="same"),
        make_object(uid="same", collection=absences),
        make_object(uid="same", collection=bobs),
    )

    with database.reading() as unit:
        found = unit.objects.by_uid(ALICE, "same")

    assert {item.collection for item in found} == {HOME, absences}


def test_putting_into_no_collection_is_refused(database: SqlDatabase) -> None:
    with pytest.raises(NotFoundError):
        put(database, make_object(collection="nothing"))


def test_many_objects_are_found_by_href(database: SqlDatabase) -> None:
    put(database, *(make_object(f"{number}.ics") for number in range(5)))

    with database.reading() as unit:
        found = unit.objects.get_many(HOME, ["1.ics", "3.ics", 'no"thing.ics'])
        none = unit.objects.get_many(HOME, [])

    assert sorted(found) == ["1.ics", "3.ics"]
    assert none == {}


def test_all_objects_come_page_by_page_each_once(database: SqlDatabase) -> None:
    hrefs = [f"{number:04}.ics" for number in range(450)]
    with database.writing() as unit:
        for href in reversed(hrefs):
            unit.objects.put(make_object(href), [])

    with database.reading() as unit:
        assert [item.href for item in unit.objects.all(HOME)] == hrefs
        assert [href for href, _ in unit.objects.etags(HOME)] == hrefs


def test_changes_tell_each_member_once_by_its_newest_revision(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.objects.put(make_object("one.ics"), [])
        unit.objects.put(make_object("two.ics"), [])
        unit.objects.put(make_object("one.ics", text="new"), [])
        unit.objects.remove(HOME, "two.ics", now=NOW)
        changes = unit.objects.changes(HOME, since=0)
        later = unit.objects.changes(HOME, since=3)
        first = unit.objects.changes(HOME, since=0, limit=1)
        none = unit.objects.changes(HOME, since=4)

    one = Change("one.ics", make_object(text="new").etag, 3)
    assert changes == [one, Change("two.ics", None, 4)]
    assert later == [Change("two.ics", None, 4)]
    assert first == [one]
    assert none == []


def test_an_object_that_returns_is_no_tombstone_any_more(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.objects.put(make_object(), [])
        unit.objects.remove(HOME, "one.ics", now=NOW)
        unit.objects.put(make_object(), [])

        assert unit.objects.changes(HOME, since=0) == [Change("one.ics", make_object().etag, 3)]


def test_removing_what_is_not_there_changes_nothing(database: SqlDatabase) -> None:
    with pytest.raises(NotFoundError), database.writing() as unit:
        unit.objects.remove(HOME, "nothing.ics", now=NOW)

    with database.reading() as unit:
        collection = unit.collections.by_id(HOME)
    assert collection is not None
    assert collection.revision == 0


def test_a_removed_object_leaves_the_index(database: SqlDatabase) -> None:
    put(database, make_object())

    with database.writing() as unit:
        unit.objects.remove(HOME, "one.ics", now=NOW)

    with database.reading() as unit:
        assert unit.objects.hrefs_in(HOME, WEEK, component="VEVENT") == []
        assert unit.objects.occurrences([HOME], WEEK) == []


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (TEN - HOUR, HOUR, False),  # ends where the window starts
        (TEN - HOUR, HOUR + 1, True),
        (TEN - 36 * HOUR, 36 * HOUR, False),
        (TEN - 36 * HOUR + 1, 36 * HOUR, True),  # the longest of the short rows
        (TEN - 36 * HOUR, 36 * HOUR + 1, True),  # the shortest of the long rows
        (TEN - 400 * DAY, 800 * DAY, True),
        (TEN - 400 * DAY, 400 * DAY, False),
        (TEN + HOUR, HOUR, False),  # starts where the window ends
        (TEN + HOUR - 1, 100 * DAY, True),
        (TEN, 0, True),  # without length, at the start
        (TEN + HOUR - 1, 0, True),
        (TEN + HOUR, 0, False),
        (TEN - 1, 0, False),
    ],
)
def test_overlap_is_that_of_rfc_4791(
    database: SqlDatabase, start: int, length: int, expected: bool
) -> None:
    window = Interval(TEN, TEN + HOUR)
    put(database, make_object(), start=start, length=length)

    with database.reading() as unit:
        hrefs = unit.objects.hrefs_in(HOME, window, component="VEVENT")
        etags = unit.objects.etags_in(HOME, window, component="VEVENT")
        items = unit.objects.in_window(HOME, window, component="VEVENT")
        rows = unit.objects.occurrences([HOME], window)

    assert hrefs == (["one.ics"] if expected else [])
    assert [item.href for item in items] == hrefs
    assert [(item.href, item.etag) for item in items] == etags
    assert len(rows) == len(hrefs)


def test_hrefs_are_sorted_and_each_comes_once(database: SqlDatabase) -> None:
    with database.writing() as unit:
        for href in ("b.ics", "a.ics", "B.ics"):
            rows = [make_occurrence(TEN + day * DAY) for day in range(3)]
            unit.objects.put(make_object(href), [*rows, make_occurrence(length=3 * DAY)])

    with database.reading() as unit:
        hrefs = unit.objects.hrefs_in(HOME, WEEK, component="VEVENT")
        etags = unit.objects.etags_in(HOME, WEEK, component="VEVENT")
        items = unit.objects.in_window(HOME, WEEK, component="VEVENT")

    assert hrefs == ["B.ics", "a.ics", "b.ics"]
    assert [item.href for item in items] == hrefs
    assert [(item.href, item.etag) for item in items] == etags


def test_a_query_asks_for_one_component(database: SqlDatabase) -> None:
    private = collection_id(ALICE, "private")
    with database.writing() as unit:
        unit.collections.create(make_collection(ALICE, "private"))
        unit.objects.put(
            make_object("task.ics", collection=private, component="VTODO"), [make_occurrence()]
        )

    with database.reading() as unit:
        assert unit.objects.hrefs_in(private, WEEK, component="VTODO") == ["task.ics"]
        assert unit.objects.hrefs_in(private, WEEK, component="VEVENT") == []


def test_occurrences_come_back_as_they_were_indexed_by_start(database: SqlDatabase) -> None:
    later = make_occurrence(
        TEN + DAY, DAY, role=Role.ABSENCE, fbtype="BUSY-UNAVAILABLE", is_all_day=True,
        is_floating=True, recurrence_id="20260101",
    )  # fmt: skip
    with database.writing() as unit:
        unit.objects.put(make_object(), [later, make_occurrence(TEN)])

    with database.reading() as unit:
        found = unit.objects.occurrences([HOME, "nothing"], WEEK)

    assert found == [(f"{HOME}/one.ics", make_occurrence(TEN)), (f"{HOME}/one.ics", later)]


def test_objects_that_go_on_beyond_the_index_are_told_apart(database: SqlDatabase) -> None:
    known_until = TEN + DAY
    put(
        database,
        make_object("whole.ics"),
        make_object("endless.ics", expanded_until=known_until),
        make_object("over.ics", expanded_until=known_until, last=TEN + 2 * DAY),
    )

    with database.reading() as unit:
        near = unit.objects.unexpanded([HOME], Interval(TEN, known_until))
        beyond = unit.objects.unexpanded([HOME], Interval(TEN, known_until + 1))
        far = unit.objects.unexpanded([HOME], Interval(TEN + 2 * DAY, TEN + 3 * DAY))
        due = unit.objects.expansion_due(before=known_until + 1, limit=10)
        not_due = unit.objects.expansion_due(before=known_until, limit=10)

    assert near == []
    assert {item.href for item in beyond} == {"endless.ics", "over.ics"}
    assert [item.href for item in far] == ["endless.ics"]
    assert {item.href for item in due} == {"endless.ics", "over.ics"}
    assert not_due == []


def test_reindexing_changes_the_index_and_not_the_object(database: SqlDatabase) -> None:
    put(database, make_object(expanded_until=TEN))

    with database.writing() as unit:
        rows = [make_occurrence(TEN + DAY)]
        unit.objects.reindex(f"{HOME}/one.ics", rows, expanded_until=TEN + 2 * DAY)

    with database.reading() as unit:
        stored = unit.objects.get(HOME, "one.ics")
        found = unit.objects.occurrences([HOME], WEEK)
    assert stored == make_object(expanded_until=TEN + 2 * DAY, revision=1)
    assert [row.start for _, row in found] == [TEN + DAY]


def test_forgotten_tombstones_raise_the_oldest_revision(database: SqlDatabase) -> None:
    with database.writing() as unit:
        for href in ("one.ics", "two.ics", "three.ics"):
            unit.objects.put(make_object(href), [])
        unit.objects.remove(HOME, "one.ics", now=NOW)
        unit.objects.remove(HOME, "two.ics", now=NOW + 10)

    with database.writing() as unit:
        count = unit.objects.forget_tombstones(before=NOW + 10)
        collection = unit.collections.by_id(HOME)
        changes = unit.objects.changes(HOME, since=0)

    assert count == 1
    assert collection is not None
    assert (collection.oldest_revision, collection.revision) == (4, 5)
    assert [change.href for change in changes] == ["three.ics", "two.ics"]


def test_objects_that_the_index_begins_too_late_for_are_told_apart(database: SqlDatabase) -> None:
    put(
        database,
        make_object("whole.ics"),
        make_object("old.ics", expanded_from=TEN, expanded_until=TEN + DAY),
    )

    with database.reading() as unit:
        before = unit.objects.unexpanded([HOME], Interval(TEN - DAY, TEN))
        known = unit.objects.unexpanded([HOME], Interval(TEN, TEN + DAY))

    assert [item.href for item in before] == ["old.ics"]
    assert known == []


def test_objects_are_found_by_a_part_of_their_uid(database: SqlDatabase) -> None:
    with database.writing() as unit:
        for name in ("Abc-1", "abc-2", "xyz"):
            unit.objects.put(make_object(f"{name}.ics", uid=f"{name}@example.org"), ())

        found = unit.objects.with_uid_like(HOME, "ABC-")

    assert [item.uid for item in found] == ["Abc-1@example.org", "abc-2@example.org"]
