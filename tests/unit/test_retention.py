"""What is kept no longer is erased, down to the bytes of the database file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assisto_caldav.domain.appointment import Appointment, Hold, State
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.domain.institution import Retention
from assisto_caldav.usecases.notify import owe_client
from assisto_caldav.usecases.retain import erase_due, tidy
from tests.appointments import DETAILS, HOUR, TEN, make_request
from tests.office import ALICE, CAROL, NOW, Office, open_office

DAY = 24 * HOUR


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as made:
        yield made


def ended(office: Office, state: State, *, days_ago: float, **changes: Any) -> Appointment:
    """Make an appointment that ended so many days before now."""
    then = office.clock.now() - int(days_ago * DAY)
    return make_request(office, state=state, start=then - HOUR, end=then, ended_at=then, **changes)


def is_there(office: Office, name: str = "a1") -> bool:
    with office.database.reading() as unit:
        return unit.appointments.get(name) is not None


@pytest.mark.parametrize("state", [State.DECLINED, State.EXPIRED, State.WITHDRAWN])
def test_what_came_to_nothing_goes_after_thirty_days(office: Office, state: State) -> None:
    ended(office, state, days_ago=30.1)

    assert erase_due(office.ports) == 1
    assert not is_there(office)


@pytest.mark.parametrize("state", [State.DECLINED, State.EXPIRED, State.WITHDRAWN])
def test_what_came_to_nothing_stays_for_thirty_days(office: Office, state: State) -> None:
    ended(office, state, days_ago=29.9)

    assert erase_due(office.ports) == 0
    assert is_there(office)


@pytest.mark.parametrize(
    "state", [State.CONFIRMED, State.TOOK_PLACE, State.CANCELLED_BY_CLIENT, State.NO_SHOW]
)
def test_all_others_go_after_ninety_days(office: Office, state: State) -> None:
    ended(office, state, days_ago=90.1)

    assert erase_due(office.ports) == 1


def test_an_appointment_that_took_place_stays_for_ninety_days(office: Office) -> None:
    ended(office, State.TOOK_PLACE, days_ago=89.9)

    assert erase_due(office.ports) == 0


def test_a_legal_hold_stops_it(office: Office) -> None:
    ended(office, State.TOOK_PLACE, days_ago=900, legal_hold=True)

    assert erase_due(office.ports) == 0
    assert is_there(office)


def test_each_institution_has_its_own_numbers(office: Office) -> None:
    nord = office.institution("nord")
    office.configure(replace(nord, retention=Retention(declined_days=5)))
    ended(office, State.DECLINED, days_ago=6)
    ended(office, State.DECLINED, days_ago=6, name="c1", institution="nord", counsellor=CAROL)

    erase_due(office.ports)

    assert is_there(office, "a1")
    assert not is_there(office, "c1")


def test_an_institution_that_is_gone_leaves_nothing_for_good(office: Office) -> None:
    ended(office, State.DECLINED, days_ago=31)
    config = office.config.config
    office.config.config = replace(config, institutions={"nord": config.institutions["nord"]})

    assert erase_due(office.ports) == 1


def test_the_erasure_is_in_the_audit_log_and_tells_nothing(office: Office) -> None:
    ended(office, State.DECLINED, days_ago=31)
    erase_due(office.ports)

    with office.database.reading() as unit:
        (line,) = unit.audit.of_appointment("a1")
    assert (line.act, line.actor, line.detail) == ("erase", "system", "")


def test_nothing_readable_is_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "assisto.db"
    note = b"Notiz der Beraterin " * 500
    with open_office(url=f"sqlite:{path}") as office:
        made = ended(office, State.DECLINED, days_ago=31)
        with office.database.writing() as unit:
            owe_client(unit, office.ports, kind="declined", appointment=made)
            stored = unit.objects.by_appointment("a1")
            assert stored is not None
            text = stored.text.replace("STATUS:", f"DESCRIPTION:{note.decode()}\r\nSTATUS:")
            unit.objects.put(replace(stored, text=text), [])
        before = bytes_of(tmp_path)

        erase_due(office.ports)
        tidy(office.ports)

        after = bytes_of(tmp_path)
    assert b"Notiz der Beraterin" in before
    assert made.uid.encode() in before
    assert b"Notiz der Beraterin" not in after
    for said in (DETAILS.text, DETAILS.name, DETAILS.email, DETAILS.phone):
        assert said.encode() not in before
        assert said.encode() not in after


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())


def test_old_holds_and_tombstones_are_tidied_away(office: Office) -> None:
    hold = Hold(
        "h1", "mitte", ALICE, "s1", Channel.VIDEO, TEN, TEN + HOUR, TEN + HOUR, NOW + 900, "v1"
    )
    collection = f"{ALICE}/{CollectionKind.APPOINTMENTS.value}"
    made = make_request(office, start=TEN + DAY)
    with office.database.writing() as unit:
        unit.holds.place(hold, now=NOW)
        assert made.href is not None
        unit.objects.remove(collection, made.href, now=NOW)
    office.clock.advance(91 * DAY)

    tidy(office.ports)

    with office.database.reading() as unit:
        assert unit.holds.get("h1") is None
        assert unit.objects.changes(collection, since=0) == []
