from __future__ import annotations

from dataclasses import replace

import pytest

from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.domain.client_account import ClientAccount
from assisto_caldav.errors import ConflictError
from assisto_caldav.ports.clients import Credentials
from tests.contract.builders import NOW, add_appointment, make_appointment

GRACE = ClientAccount("c1", "mitte", "Grace", NOW)
KEYS = Credentials("name-digest", "hash", "recovery-digest")


def test_an_account_is_found_by_name_and_by_recovery_code(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.clients.add(GRACE, KEYS)

    with database.reading() as unit:
        assert unit.clients.get("c1") == GRACE
        assert unit.clients.by_pseudonym("name-digest") == (GRACE, "hash")
        assert unit.clients.by_recovery("recovery-digest") == GRACE
        assert unit.clients.by_pseudonym("another") is None
        assert unit.clients.by_recovery("another") is None


def test_a_pseudonym_is_sealed_in_the_store(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.clients.add(GRACE, KEYS)

    with database.source.transaction(writing=False) as connection:
        row = connection.one("SELECT sealed_pseudonym FROM client_account", {})
    assert row is not None
    assert "Grace" not in str(row[0])


def test_a_pseudonym_belongs_to_one(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.clients.add(GRACE, KEYS)
    other = replace(KEYS, recovery_digest="other")

    with pytest.raises(ConflictError), database.writing() as unit:
        unit.clients.add(replace(GRACE, id="c2"), other)

    with database.reading() as unit:
        assert unit.clients.get("c2") is None


def test_password_and_recovery_code_are_replaced(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.clients.add(GRACE, KEYS)
        unit.clients.set_password("c1", "new hash")
        unit.clients.set_recovery("c1", "new code")

    with database.reading() as unit:
        assert unit.clients.by_pseudonym("name-digest") == (GRACE, "new hash")
        assert unit.clients.by_recovery("recovery-digest") is None
        assert unit.clients.by_recovery("new code") == GRACE


def test_log_ins_are_touched_ended_and_purged(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.clients.add(GRACE, KEYS)
        for number in range(4):
            unit.clients.add_session(f"s{number}", "c1", now=NOW + number)
        unit.clients.touch_session("s0", now=NOW + 9)
        unit.clients.end_session("s3")
        unit.clients.purge_sessions(before=NOW + 2)

    with database.reading() as unit:
        found = {name: unit.clients.session(name) for name in ("s0", "s1", "s2", "s3")}
    assert found == {"s0": ("c1", NOW + 9), "s1": None, "s2": ("c1", NOW + 2), "s3": None}


def test_an_account_goes_with_its_log_ins(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.clients.add(GRACE, KEYS)
        unit.clients.add_session("s1", "c1", now=NOW)
        unit.clients.remove("c1")

    with database.reading() as unit:
        assert unit.clients.get("c1") is None
        assert unit.clients.session("s1") is None


def test_an_accounts_appointments_are_told_by_start(database: SqlDatabase) -> None:
    with database.writing() as unit:
        add_appointment(unit, "a1")
        mine = replace(unit.appointments.get("a1") or make_appointment(), client="c1")
        unit.appointments.update(mine)

    with database.reading() as unit:
        assert [one.id for one in unit.appointments.of_client("c1")] == ["a1"]
        assert unit.appointments.of_client("c2") == []
