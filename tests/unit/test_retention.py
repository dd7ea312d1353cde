"""What is kept no longer is erased, down to the bytes of the database file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assisto_caldav.adapters.sql.appointment_store import SqlAppointments
from assisto_caldav.adapters.sql.hold_store import SqlHolds
from assisto_caldav.domain.appointment import Appointment, Hold, State
from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.collection import CollectionKind
from assisto_caldav.domain.institution import Retention
from assisto_caldav.domain.people import AuditEntry
from assisto_caldav.errors import UnavailableError
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
            unit.objects.put(stored._replace(text=text), [])
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


def test_one_appointment_that_cannot_be_erased_stops_no_other_and_says_nothing(
    office: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(office, State.DECLINED, days_ago=31, name="a1")
    ended(office, State.DECLINED, days_ago=31, name="a2")
    real = SqlAppointments.erase

    def fail_for_one(store: SqlAppointments, appointment: str) -> None:
        if appointment == "a1":
            raise RuntimeError(DETAILS.name)
        real(store, appointment)

    monkeypatch.setattr(SqlAppointments, "erase", fail_for_one)

    assert erase_due(office.ports) == 1
    assert is_there(office, "a1")
    assert not is_there(office, "a2")
    assert "RuntimeError" in caplog.text
    assert "Grace" not in caplog.text


def test_a_storage_that_is_away_ends_the_erasing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(office, State.DECLINED, days_ago=31)

    def away(*_: object) -> None:
        raise UnavailableError("busy")

    monkeypatch.setattr(SqlAppointments, "erase", away)

    with pytest.raises(UnavailableError):
        erase_due(office.ports)


def audit_line(office: Office, name: str, *, days_ago: float, institution: str = "mitte") -> None:
    at = office.clock.now() - int(days_ago * DAY)
    line = AuditEntry(name, institution, at, ALICE, "web", "confirm", appointment=name)
    with office.database.writing() as unit:
        unit.audit.add(line)


def audit_lines(office: Office) -> set[str]:
    names = ("kept", "old", "nord", "gone", "gone-old")
    with office.database.reading() as unit:
        return {name for name in names if unit.audit.of_appointment(name)}


def test_old_audit_lines_go_by_each_institutions_number(office: Office) -> None:
    mitte = office.institution()
    office.configure(replace(mitte, retention=Retention(audit_days=30)))
    audit_line(office, "kept", days_ago=29)
    audit_line(office, "old", days_ago=31)
    audit_line(office, "nord", days_ago=31, institution="nord")
    audit_line(office, "gone", days_ago=364, institution="closed")
    audit_line(office, "gone-old", days_ago=366, institution="closed")

    tidy(office.ports)

    assert audit_lines(office) == {"kept", "nord", "gone"}


def test_old_attempts_go_even_if_nobody_tries_again(office: Office) -> None:
    with office.database.writing() as unit:
        unit.people.count_attempt("login:x", now=office.clock.now(), window_seconds=60)
    office.clock.advance(DAY + 1)

    tidy(office.ports)

    with office.database.source.transaction(writing=False) as connection:
        assert connection.all("SELECT throttle FROM attempt", {}) == []


def test_one_kind_of_rows_that_cannot_be_dropped_stops_no_other(
    office: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit_line(office, "old", days_ago=366)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(SqlHolds, "purge", fail)

    tidy(office.ports)

    assert audit_lines(office) == set()
    assert "RuntimeError" in caplog.text
