"""Real threads on real connections want the same time; exactly one gets it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.domain.intervals import Interval, overlaps
from assisto_caldav.domain.people import LinkPurpose, OneTimeLink
from assisto_caldav.errors import ConflictError, SlotTakenError, UidConflictError
from tests.contract.builders import (
    ALICE,
    BOB,
    HOUR,
    NOW,
    TEN,
    add_appointment,
    collection_id,
    make_hold,
    make_mail,
    make_object,
    make_occurrence,
)
from tests.contract.conftest import POSTGRES

THREADS = 12
pytestmark = pytest.mark.serial
HOME = collection_id(ALICE, "appointments")


def race(contestants: int, act: Callable[[int], object]) -> list[object]:
    """Let all start at one barrier; return what each returned or raised of ours."""
    barrier = threading.Barrier(contestants)

    def run(number: int) -> object:
        barrier.wait(timeout=30)
        try:
            return act(number)
        except ConflictError as exc:
            return type(exc)

    with ThreadPoolExecutor(contestants) as pool:
        return list(pool.map(run, range(contestants), timeout=60))


def taken(database: SqlDatabase) -> list[Interval]:
    with database.source.transaction(writing=False) as connection:
        rows = connection.all("SELECT start_at, end_at FROM taken_time ORDER BY start_at", {})
    return [Interval(*row) for row in rows]


def test_of_many_who_request_one_slot_exactly_one_gets_it(shared_database: SqlDatabase) -> None:
    def request(number: int) -> object:
        with shared_database.writing() as unit:
            unit.people.lock_counsellor(ALICE)
            add_appointment(unit, f"a{number}")
            unit.objects.put(make_object(f"{number}.ics"), [make_occurrence()])
            unit.outbox.add(make_mail(f"m{number}"))
        return "got it"

    outcomes = race(THREADS, request)

    assert sorted(map(str, outcomes)) == [str(SlotTakenError)] * (THREADS - 1) + ["got it"]
    with shared_database.reading() as unit:
        assert len(unit.objects.etags(HOME)) == 1
        assert len(unit.outbox.unsent("mitte")) == 1
    assert len(taken(shared_database)) == 1


@pytest.mark.parametrize("step", [HOUR // 4, HOUR // 2 + 1, HOUR - 1])
def test_overlapping_slots_that_are_not_equal_never_both_win(
    shared_database: SqlDatabase, step: int
) -> None:
    def request(number: int) -> object:
        with shared_database.writing() as unit:
            add_appointment(unit, f"a{number}", start=TEN + number * step)
        return "got it"

    outcomes = race(THREADS, request)

    won = taken(shared_database)
    assert 1 <= len(won) == outcomes.count("got it")
    assert not any(overlaps(one, other) for one, other in pairwise(won))


def test_holds_and_requests_race_for_the_same_time(shared_database: SqlDatabase) -> None:
    def act(number: int) -> object:
        with shared_database.writing() as unit:
            if number % 2:
                unit.holds.place(make_hold(f"h{number}"), now=NOW)
            else:
                add_appointment(unit, f"a{number}")
        return "got it"

    outcomes = race(THREADS, act)

    assert outcomes.count("got it") == 1
    assert len(taken(shared_database)) == 1


def test_different_counsellors_do_not_refuse_each_other(shared_database: SqlDatabase) -> None:
    def request(number: int) -> object:
        with shared_database.writing() as unit:
            counsellor = (ALICE, BOB)[number % 2]
            add_appointment(unit, f"a{number}", counsellor=counsellor, start=TEN + number * HOUR)
        return "got it"

    assert race(THREADS, request) == ["got it"] * THREADS


def test_crossing_takeovers_do_not_lock_each_other_out(shared_database: SqlDatabase) -> None:
    with shared_database.writing() as unit:
        for number in range(THREADS):
            counsellor = (ALICE, BOB)[number % 2]
            add_appointment(unit, f"a{number}", counsellor=counsellor, start=TEN + number * HOUR)

    def take_over(number: int) -> object:
        with shared_database.writing() as unit:
            made = unit.appointments.get(f"a{number}")
            assert made is not None
            counsellor = (BOB, ALICE)[number % 2]
            unit.appointments.update(replace(made, counsellor=counsellor))
        return "done"

    assert race(THREADS, take_over) == ["done"] * THREADS


def test_every_write_of_a_collection_gets_a_revision_of_its_own(
    shared_database: SqlDatabase,
) -> None:
    def put(number: int) -> object:
        with shared_database.writing() as unit:
            return unit.objects.put(make_object(f"{number}.ics"), [make_occurrence()])

    assert sorted(map(str, race(THREADS, put)), key=int) == [
        str(number + 1) for number in range(THREADS)
    ]


def test_of_many_who_put_one_uid_exactly_one_gets_it(shared_database: SqlDatabase) -> None:
    def put(number: int) -> object:
        with shared_database.writing() as unit:
            unit.objects.put(make_object(f"{number}.ics", uid="same"), [])
        return "got it"

    outcomes = race(THREADS, put)

    assert outcomes.count("got it") == 1
    assert outcomes.count(UidConflictError) == THREADS - 1


def test_workers_never_claim_the_same_mail(shared_database: SqlDatabase) -> None:
    with shared_database.writing() as unit:
        for number in range(40):
            unit.outbox.add(make_mail(f"m{number}"))

    def claim(number: int) -> object:
        with shared_database.writing() as unit:
            found = unit.outbox.claim_due(now=NOW, lease_seconds=60, limit=10)
        return [mail.id for mail in found]

    claimed = [name for names in race(THREADS, claim) for name in list(names)]  # type: ignore[call-overload] - race() returns objects of any kind

    assert len(claimed) == len(set(claimed)) == 40


@pytest.mark.parametrize("shared_url", [POSTGRES], indirect=True)
def test_a_worker_does_not_wait_for_mails_that_another_is_claiming(
    shared_database: SqlDatabase,
) -> None:
    with shared_database.writing() as unit:
        for number in range(4):
            unit.outbox.add(make_mail(f"m{number}"))

    def claim(limit: int) -> list[str]:
        with shared_database.writing() as unit:
            found = unit.outbox.claim_due(now=NOW, lease_seconds=60, limit=limit)
        return [mail.id for mail in found]

    with ThreadPoolExecutor(1) as pool, shared_database.writing() as unit:
        mine = {mail.id for mail in unit.outbox.claim_due(now=NOW, lease_seconds=60, limit=2)}
        others = set(pool.submit(claim, 4).result(timeout=30))

    assert len(mine) == len(others) == 2
    assert not mine & others


def test_a_link_is_used_up_by_one(shared_database: SqlDatabase) -> None:
    link = OneTimeLink("l1", "mitte", ALICE, LinkPurpose.RESET, NOW + 100)
    with shared_database.writing() as unit:
        unit.people.add_link(link)

    def take(number: int) -> object:
        with shared_database.writing() as unit:
            return unit.people.take_link("l1", now=NOW)

    outcomes = race(THREADS, take)

    assert outcomes.count(link) == 1
    assert outcomes.count(None) == THREADS - 1
