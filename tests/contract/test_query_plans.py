"""No statement of the hot path reads a whole table, and the busiest read their index alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assisto_caldav.adapters.sql.migrate import migrate
from assisto_caldav.adapters.sql.sqlite import SqliteMemory
from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase, SqlUnit, open_database
from assisto_caldav.adapters.vault import AesVault
from assisto_caldav.clock import FrozenClock
from assisto_caldav.domain.appointment import State
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.people import Session
from tests.contract.builders import (
    ALICE,
    BOB,
    DAY,
    NOW,
    TEN,
    add_appointment,
    collection_id,
    make_appointment,
    make_collection,
    make_hold,
    make_mail,
    make_member,
    make_object,
    make_occurrence,
)

HOME = collection_id(ALICE, "appointments")
WINDOW = Interval(TEN, TEN + 30 * DAY)

HOT: dict[str, Callable[[SqlUnit], Any]] = {
    "collection": lambda unit: unit.collections.get(ALICE, "appointments"),
    "home": lambda unit: unit.collections.of_owner(ALICE),
    "get": lambda unit: unit.objects.get(HOME, "one.ics"),
    "get_many": lambda unit: unit.objects.get_many(HOME, ["one.ics"]),
    "by_uid": lambda unit: unit.objects.by_uid(ALICE, "uid-one.ics"),
    "by_appointment": lambda unit: unit.objects.by_appointment("a1"),
    "all": lambda unit: list(unit.objects.all(HOME)),
    "etags": lambda unit: unit.objects.etags(HOME),
    "changes": lambda unit: unit.objects.changes(HOME, since=0),
    "first changes": lambda unit: unit.objects.changes(HOME, since=0, limit=5),
    "hrefs_in": lambda unit: unit.objects.hrefs_in(HOME, WINDOW, component="VEVENT"),
    "etags_in": lambda unit: unit.objects.etags_in(HOME, WINDOW, component="VEVENT"),
    "in_window": lambda unit: unit.objects.in_window(HOME, WINDOW, component="VEVENT"),
    "occurrences": lambda unit: unit.objects.occurrences([HOME], WINDOW),
    "unexpanded": lambda unit: unit.objects.unexpanded([HOME], WINDOW),
    "unexpanded_of": lambda unit: unit.objects.unexpanded_of([ALICE, BOB], WINDOW),
    "expansion_due": lambda unit: unit.objects.expansion_due(before=NOW, limit=10),
    "put": lambda unit: unit.objects.put(make_object("two.ics"), [make_occurrence()]),
    "remove": lambda unit: unit.objects.remove(HOME, "one.ics", now=NOW),
    "forget_tombstones": lambda unit: unit.objects.forget_tombstones(before=NOW),
    "slot facts": lambda unit: unit.slot_facts.read([ALICE, BOB], WINDOW, now=NOW),
    "facts' revision": lambda unit: unit.slot_facts.revision([ALICE, BOB]),
    "working": lambda unit: unit.slot_facts.working([ALICE, BOB]),
    "next lapses": lambda unit: unit.slot_facts.next_lapses([ALICE, BOB], now=NOW),
    "overlaps": lambda unit: unit.appointments.overlaps(ALICE, WINDOW, now=NOW),
    "add": lambda unit: add_appointment(unit, "a2", start=TEN + 5 * DAY),
    "update": lambda unit: unit.appointments.update(make_appointment("a1")),
    "by_code": lambda unit: unit.appointments.by_code("digest-a1"),
    "appointment by_uid": lambda unit: unit.appointments.by_uid(ALICE, "uid-a1"),
    "of_counsellors": lambda unit: unit.appointments.of_counsellors([ALICE], list(State)),
    "awaiting_answer": lambda unit: unit.appointments.awaiting_answer(now=NOW),
    "reminders_due": lambda unit: unit.appointments.reminders_due(now=NOW),
    "deletions": lambda unit: unit.appointments.deletions(ALICE),
    "deletions_due": lambda unit: unit.appointments.deletions_due(now=NOW),
    "undo_over": lambda unit: unit.appointments.undo_over(now=NOW),
    "objects_to_drop": lambda unit: unit.appointments.objects_to_drop(ended_before=NOW),
    "retention_due": lambda unit: unit.appointments.retention_due(
        ended_before=NOW, held_before=NOW
    ),
    "erase": lambda unit: unit.appointments.erase("a1"),
    "place": lambda unit: unit.holds.place(make_hold("h2", start=TEN + 9 * DAY), now=NOW),
    "extend": lambda unit: unit.holds.extend("h1", expires_at=NOW + 5000, now=NOW),
    "purge holds": lambda unit: unit.holds.purge(before=NOW),
    "staff": lambda unit: unit.people.staff(ALICE),
    "lock": lambda unit: unit.people.lock_counsellor(ALICE),
    "session": lambda unit: unit.people.session("s1"),
    "touch_session": lambda unit: unit.people.touch_session("s1", now=NOW),
    "end_sessions": lambda unit: unit.people.end_sessions(ALICE),
    "app_password": lambda unit: unit.people.app_password(ALICE, "abc"),
    "take_link": lambda unit: unit.people.take_link("l1", now=NOW),
    "count_attempt": lambda unit: unit.people.count_attempt("k", now=NOW, window_seconds=60),
    "purge people": lambda unit: unit.people.purge(sessions_before=NOW, links_before=NOW),
    "claim_due": lambda unit: unit.outbox.claim_due(now=NOW, lease_seconds=60, limit=10),
    "cancel": lambda unit: unit.outbox.cancel("a1", recipient="client", unsent_kinds=["x"]),
    "unsent": lambda unit: unit.outbox.unsent("mitte"),
    "purge audit": lambda unit: unit.audit.purge(before=NOW),
    "purge audit of one": lambda unit: unit.audit.purge(before=NOW, institution="mitte"),
    "purge attempts": lambda unit: unit.people.purge_attempts(before=NOW),
    "audit": lambda unit: unit.audit.of_appointment("a1"),
}
NO_TABLES = ("SCAN json_each", "SCAN due", "SCAN CONSTANT ROW")
"""Parameters, and what a statement has found itself."""
FROM_INDEX_ALONE = {
    "etags": "calendar_object",
    "hrefs_in": "occurrence",
    "etags_in": "calendar_object",
}


@pytest.fixture
def database(clock: FrozenClock) -> Iterator[SqlDatabase]:
    database = open_database("sqlite::memory:", vault=AesVault(b"k" * 32), clock=clock)
    migrate(database)
    with database.writing() as unit:
        for login in (ALICE, BOB):
            unit.people.save_staff(make_member(login))
            unit.collections.create(make_collection(login, "appointments"))
        unit.objects.put(make_object(appointment="a1"), [make_occurrence()])
        unit.people.add_session(Session("s1", "mitte", ALICE, NOW, NOW))
        unit.outbox.add(make_mail(appointment="a1"))
        add_appointment(unit, "a1")
        unit.holds.place(make_hold("h1", start=TEN + 6 * DAY), now=NOW)
    yield database
    database.close()


def plans(database: SqlDatabase, act: Callable[[SqlUnit], Any]) -> list[str]:
    """Return the plan of each statement that the act runs."""
    assert isinstance(database.source, SqliteMemory)
    raw = database.source.connection().raw
    statements: list[str] = []
    with database.writing() as unit:
        raw.set_trace_callback(statements.append)
        act(unit)
        raw.set_trace_callback(None)
        return [line for statement in statements for line in plan(raw, statement)]


def plan(raw: sqlite3.Connection, statement: str) -> list[str]:
    if statement.startswith("--"):  # what a foreign key does, told as a comment
        return []
    return [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}")]


@pytest.mark.parametrize("name", HOT)
def test_the_hot_path_never_reads_a_whole_table(database: SqlDatabase, name: str) -> None:
    found = plans(database, HOT[name])

    scans = [line for line in found if line.startswith("SCAN")]
    assert [line for line in scans if not line.startswith(NO_TABLES)] == []
    assert not any("AUTOMATIC" in line for line in found)


@pytest.mark.parametrize("name", FROM_INDEX_ALONE)
def test_the_busiest_read_their_index_alone(database: SqlDatabase, name: str) -> None:
    table = FROM_INDEX_ALONE[name]

    reads = [line for line in plans(database, HOT[name]) if line.startswith(f"SEARCH {table} ")]

    assert reads
    assert all("COVERING INDEX" in line for line in reads), reads


def test_range_queries_are_bounded_on_both_sides(database: SqlDatabase) -> None:
    names = ("hrefs_in", "in_window", "occurrences", "slot facts", "overlaps")

    found = [line for name in names for line in plans(database, HOT[name])]

    short = [line for line in found if "_short" in line or "taken_time_range" in line]
    assert len(short) == 6
    assert all("start_at>? AND start_at<?" in line for line in short), short


def test_a_missing_index_would_be_noticed(database: SqlDatabase) -> None:
    with database.source.transaction(writing=True) as connection:
        connection.run("DROP INDEX taken_time_range", {})

    assert any(line.startswith("SCAN") for line in plans(database, HOT["overlaps"]))
