from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.clock import FrozenClock
from assisto_caldav.domain.appointment import (
    HOLDS_ITS_TIME,
    Appointment,
    Deletion,
    Known,
    State,
    Undo,
)
from assisto_caldav.domain.client_details import ClientDetails
from assisto_caldav.domain.collection import Change
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.domain.people import AuditEntry
from assisto_caldav.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SlotTakenError,
)
from tests.contract.builders import (
    ALICE,
    BOB,
    DAY,
    HOUR,
    NOW,
    TEN,
    add_appointment,
    collection_id,
    make_appointment,
    make_details,
    make_hold,
    make_mail,
    make_object,
    make_occurrence,
)

ENDED = [state for state in State if state not in HOLDS_ITS_TIME]


def add(database: SqlDatabase, name: str = "a1", **changes: Any) -> Appointment:
    with database.writing() as unit:
        return add_appointment(unit, name, **changes)


def ids(appointments: list[Appointment]) -> list[str]:
    return [appointment.id for appointment in appointments]


def test_an_appointment_comes_back_as_it_was_added(database: SqlDatabase) -> None:
    made = add(
        database,
        blocked_until=TEN + HOUR + 600,
        href="one.ics",
        answer_by=NOW + DAY,
        reminded_at=NOW + 5,
        ended_at=NOW + 6,
        undo=Undo(State.CONFIRMED, TEN + DAY, TEN + DAY + HOUR, NOW + 600),
        deletion=Deletion.PENDING,
        deletion_due=NOW + 600,
        known=Known.MAILED,
        locale="en",
        wants_ics=True,
        has_email=True,
        legal_hold=True,
    )

    with database.reading() as unit:
        assert unit.appointments.get("a1") == made
        assert unit.appointments.by_code("digest-a1") == made
        assert unit.appointments.by_uid(ALICE, "uid-a1") == made
        assert unit.appointments.by_uid(BOB, "uid-a1") is None
        assert unit.appointments.get("a2") is None
        assert unit.appointments.by_code("digest-a2") is None


def test_what_the_client_told_us_comes_back_and_is_sealed(database: SqlDatabase) -> None:
    add(database)

    with database.reading() as unit:
        assert unit.appointments.details("a1") == make_details()
    with database.source.transaction(writing=False) as connection:
        row = connection.one("SELECT * FROM appointment", {})
    assert row is not None
    told = (value for value in vars_of(make_details()) if value)
    assert not any(secret in str(row) for secret in told)


def vars_of(details: ClientDetails) -> tuple[str, ...]:
    return (details.name, details.email, details.phone, details.text)


def test_details_can_be_replaced(database: SqlDatabase) -> None:
    add(database)

    with database.writing() as unit:
        unit.appointments.set_details("a1", ClientDetails(answer_text="Gern"))

    with database.reading() as unit:
        assert unit.appointments.details("a1") == ClientDetails(answer_text="Gern")


def test_details_of_nobody_are_not_found(database: SqlDatabase) -> None:
    with database.writing() as unit:
        with pytest.raises(NotFoundError):
            unit.appointments.details("a1")
        with pytest.raises(NotFoundError):
            unit.appointments.set_details("a1", ClientDetails())


def test_an_update_grows_the_revision(database: SqlDatabase) -> None:
    made = add(database)

    with database.writing() as unit:
        changed = unit.appointments.update(replace(made, state=State.CONFIRMED, sign="AAAA"))

    with database.reading() as unit:
        assert unit.appointments.get("a1") == changed
    assert changed == replace(made, state=State.CONFIRMED, sign="AAAA", revision=1)


def test_of_two_updates_of_one_revision_the_second_is_refused(database: SqlDatabase) -> None:
    made = add(database)
    with database.writing() as unit:
        unit.appointments.update(replace(made, state=State.CONFIRMED))

    with pytest.raises(ConflictError), database.writing() as unit:
        unit.appointments.update(replace(made, state=State.DECLINED))

    with database.reading() as unit:
        stored = unit.appointments.get("a1")
    assert stored is not None
    assert stored.state is State.CONFIRMED


def test_updating_nothing_is_not_found(database: SqlDatabase) -> None:
    with pytest.raises(NotFoundError), database.writing() as unit:
        unit.appointments.update(make_appointment())


@pytest.mark.parametrize(
    ("start", "length"),
    [
        (TEN, HOUR),
        (TEN - HOUR, HOUR + 1),
        (TEN + 1, 60),
        (TEN + HOUR + 599, HOUR),
        (TEN - DAY + 1, DAY),
    ],
)
def test_overlapping_time_is_refused(database: SqlDatabase, start: int, length: int) -> None:
    add(database, blocked_until=TEN + HOUR + 600)

    with pytest.raises(SlotTakenError):
        add(database, "a2", start=start, end=start + length)

    with database.reading() as unit:
        assert unit.appointments.get("a2") is None


@pytest.mark.parametrize(
    ("start", "changes"),
    [(TEN - HOUR, {}), (TEN + HOUR + 600, {}), (TEN, {"counsellor": BOB})],
)
def test_touching_time_and_colleagues_are_no_conflict(
    database: SqlDatabase, start: int, changes: dict[str, str]
) -> None:
    add(database, blocked_until=TEN + HOUR + 600)

    add(database, "a2", start=start, **changes)

    with database.reading() as unit:
        assert unit.appointments.get("a2") is not None


def test_nobody_may_take_more_than_a_day(database: SqlDatabase) -> None:
    with pytest.raises(InvalidInputError):
        add(database, end=TEN + DAY + 1)


@pytest.mark.parametrize("state", ENDED)
def test_an_ended_appointment_gives_its_time_back(database: SqlDatabase, state: State) -> None:
    made = add(database)

    with database.writing() as unit:
        unit.appointments.update(replace(made, state=state, ended_at=NOW))

    add(database, "a2")


@pytest.mark.parametrize(
    "changes",
    [
        {"state": State.CONFIRMED, "deletion": Deletion.PENDING, "deletion_due": NOW + 600},
        {"state": State.CONFIRMED, "deletion": Deletion.PARKED},
        {"state": State.DECLINED, "undo": Undo(State.REQUESTED, TEN, TEN + HOUR, NOW + 600)},
    ],
)
def test_time_stays_taken_while_an_answer_may_be_undone(
    database: SqlDatabase, changes: dict[str, Any]
) -> None:
    made = add(database)
    with database.writing() as unit:
        changed = unit.appointments.update(replace(made, **changes))

    with pytest.raises(SlotTakenError):
        add(database, "a2")

    with database.writing() as unit:
        unit.appointments.update(
            replace(changed, undo=None, deletion=Deletion.NONE, state=State.DECLINED)
        )
    add(database, "a2")


def test_a_moved_appointment_takes_the_new_time_and_frees_the_old(database: SqlDatabase) -> None:
    made = add(database, state=State.CONFIRMED)
    later = TEN + 2 * HOUR

    with database.writing() as unit:
        unit.appointments.update(
            replace(made, state=State.RESCHEDULED, start=later, end=later + HOUR,
                    blocked_until=later + HOUR)
        )  # fmt: skip

    add(database, "a2")
    with pytest.raises(SlotTakenError):
        add(database, "a3", start=later)


def test_an_appointment_may_move_over_its_own_time(database: SqlDatabase) -> None:
    made = add(database)
    later = TEN + 600

    with database.writing() as unit:
        unit.appointments.update(
            replace(made, start=later, end=later + HOUR, blocked_until=later + HOUR)
        )

    with database.reading() as unit:
        stored = unit.appointments.get("a1")
    assert stored is not None
    assert stored.start == later


def test_a_move_onto_taken_time_is_refused_and_changes_nothing(database: SqlDatabase) -> None:
    made = add(database)
    add(database, "a2", start=TEN + HOUR)

    with pytest.raises(SlotTakenError), database.writing() as unit:
        unit.appointments.update(
            replace(made, start=TEN + 1, end=TEN + HOUR + 1, blocked_until=TEN + HOUR + 1)
        )

    with database.reading() as unit:
        assert unit.appointments.get("a1") == made


def test_a_taken_over_appointment_takes_the_time_of_the_colleague(database: SqlDatabase) -> None:
    made = add(database)

    with database.writing() as unit:
        unit.appointments.update(replace(made, counsellor=BOB))

    add(database, "a2")
    with pytest.raises(SlotTakenError):
        add(database, "a3", counsellor=BOB)


def test_a_live_hold_keeps_others_out_and_a_lapsed_one_does_not(
    database: SqlDatabase, clock: FrozenClock
) -> None:
    with database.writing() as unit:
        unit.holds.place(make_hold(expires_at=NOW + 900), now=NOW)
    with pytest.raises(SlotTakenError):
        add(database)

    clock.advance(900)

    add(database)


def test_overlaps_looks_at_everything_that_lives_but_one(database: SqlDatabase) -> None:
    add(database)
    slot = Interval(TEN, TEN + HOUR)

    with database.reading() as unit:
        assert unit.appointments.overlaps(ALICE, slot, now=NOW)
        assert not unit.appointments.overlaps(ALICE, slot, now=NOW, but="a1")
        assert not unit.appointments.overlaps(BOB, slot, now=NOW)
        assert not unit.appointments.overlaps(ALICE, Interval(TEN + HOUR, TEN + DAY), now=NOW)


def test_lists_are_by_counsellor_state_and_end(database: SqlDatabase) -> None:
    add(database, "late", start=TEN + 2 * DAY)
    add(database, "early", start=TEN)
    add(database, "sure", start=TEN + DAY, state=State.CONFIRMED)
    add(database, "bobs", start=TEN, counsellor=BOB)

    with database.reading() as unit:
        store = unit.appointments
        requests = store.of_counsellors([ALICE], {State.REQUESTED})
        all_of_both = store.of_counsellors([ALICE, BOB], State)
        coming = store.of_counsellors([ALICE], [State.REQUESTED], since=TEN + HOUR)
        nobody = store.of_counsellors([], State)

    assert ids(requests) == ["early", "late"]
    assert ids(all_of_both) == ["bobs", "early", "sure", "late"]
    assert ids(coming) == ["late"]
    assert nobody == []


def test_what_awaits_an_answer_is_due_at_its_instant(database: SqlDatabase) -> None:
    add(database, "request", answer_by=NOW + 100)
    add(database, "forever", start=TEN + DAY)
    add(database, "offer", state=State.OFFERED, start=NOW + 200)
    add(database, "sure", state=State.CONFIRMED, start=NOW + 2 * HOUR)

    with database.reading() as unit:
        before = ids(unit.appointments.awaiting_answer(now=NOW + 99))
        at = ids(unit.appointments.awaiting_answer(now=NOW + 100))
        after = ids(unit.appointments.awaiting_answer(now=NOW + 200))

    assert (before, at, after) == ([], ["request"], ["request", "offer"])


def test_a_reminder_is_due_at_half_time_and_once(database: SqlDatabase) -> None:
    made = add(database, answer_by=NOW + 100)

    with database.writing() as unit:
        before = unit.appointments.reminders_due(now=NOW + 49)
        at = unit.appointments.reminders_due(now=NOW + 50)
        unit.appointments.update(replace(made, reminded_at=NOW + 50))
        after = unit.appointments.reminders_due(now=NOW + 51)

    assert (before, ids(at), after) == ([], ["a1"], [])


def test_deletions_are_pending_parked_and_due(database: SqlDatabase) -> None:
    add(database, "stays", start=TEN + DAY)
    add(database, "pending", deletion=Deletion.PENDING, deletion_due=NOW + 600)
    add(database, "parked", deletion=Deletion.PARKED, start=TEN + 2 * DAY)

    with database.reading() as unit:
        store = unit.appointments
        assert ids(store.deletions(ALICE)) == ["pending", "parked"]
        assert ids(store.deletions(ALICE, since=TEN + HOUR)) == ["parked"]
        assert store.deletions(BOB) == []
        assert store.deletions_due(now=NOW + 599) == []
        assert ids(store.deletions_due(now=NOW + 600)) == ["pending"]


def test_undo_is_over_at_its_instant(database: SqlDatabase) -> None:
    add(database, undo=Undo(State.REQUESTED, TEN, TEN + HOUR, NOW + 600))

    with database.reading() as unit:
        assert unit.appointments.undo_over(now=NOW + 599) == []
        assert ids(unit.appointments.undo_over(now=NOW + 600)) == ["a1"]


def test_objects_to_drop_are_those_of_what_did_not_come_about(database: SqlDatabase) -> None:
    ended = {"ended_at": NOW, "href": "x.ics"}
    add(database, "gone", state=State.CANCELLED_BY_CLIENT, **ended)
    add(database, "dropped", state=State.EXPIRED, ended_at=NOW)
    add(database, "was", state=State.TOOK_PLACE, **ended)
    add(database, "sure", state=State.CONFIRMED, href="y.ics")

    with database.reading() as unit:
        assert unit.appointments.objects_to_drop(ended_before=NOW) == []
        assert ids(unit.appointments.objects_to_drop(ended_before=NOW + 1)) == ["gone"]


def test_retention_tells_what_is_due_and_spares_legal_holds(database: SqlDatabase) -> None:
    add(database, "declined", state=State.DECLINED, ended_at=NOW)
    add(database, "kept", state=State.DECLINED, ended_at=NOW, legal_hold=True)
    add(database, "fresh", state=State.EXPIRED, ended_at=NOW + DAY)
    add(database, "was", state=State.CONFIRMED, start=NOW - DAY)
    add(database, "held", state=State.CONFIRMED, start=NOW - 2 * DAY, legal_hold=True)
    add(database, "coming", state=State.CONFIRMED)

    with database.reading() as unit:
        due = unit.appointments.retention_due(ended_before=NOW + 1, held_before=NOW)

    assert ids(due) == ["declined", "was"]


def test_an_erased_appointment_leaves_a_tombstone_and_its_audit_lines(
    database: SqlDatabase,
) -> None:
    home = collection_id(ALICE, "appointments")
    entry = AuditEntry("e1", "mitte", NOW, ALICE, "web", "confirm", "a1")
    with database.writing() as unit:
        add_appointment(unit, "a1", href="one.ics")
        unit.objects.put(make_object(appointment="a1"), [make_occurrence()])
        unit.outbox.add(make_mail(appointment="a1"))
        unit.outbox.add(make_mail("m2", appointment="a2"))
        unit.audit.add(entry)

    with database.writing() as unit:
        unit.appointments.erase("a1")

    with database.reading() as unit:
        assert unit.appointments.get("a1") is None
        assert unit.outbox.get("m1") is None
        assert unit.outbox.get("m2") is not None
        assert unit.objects.get(home, "one.ics") is None
        assert unit.objects.changes(home, since=1) == [Change("one.ics", None, 2)]
        assert unit.audit.of_appointment("a1") == [entry]
    add(database, "a2")


def test_another_code_leads_to_an_appointment_and_the_former_one_is_dead(
    database: SqlDatabase,
) -> None:
    add(database, "a1")
    with database.writing() as unit:
        unit.appointments.set_code("a1", code_digest="another")

    with database.reading() as unit:
        found = unit.appointments.by_code("another")
        assert found is not None
        assert found.id == "a1"
        assert unit.appointments.by_code("digest-a1") is None
    with database.writing() as unit, pytest.raises(NotFoundError):
        unit.appointments.set_code("nobody", code_digest="third")
