from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import pytest

from assisto_caldav.adapters.sql import postgres, sqlite
from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase, open_database
from assisto_caldav.adapters.vault import AesVault
from assisto_caldav.errors import ConfigError, ConflictError, InvalidInputError, UnavailableError
from tests.contract.builders import ALICE, add_appointment, make_mail, make_member


class StopError(Exception):
    pass


def setting(database: SqlDatabase, name: str) -> str | None:
    with database.reading() as unit:
        return unit.settings.get(name)


def test_what_a_unit_writes_is_there_after_it(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.settings.set("colour", "blue")

    assert setting(database, "colour") == "blue"


def test_a_store_sees_what_its_unit_has_written(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.settings.set("colour", "blue")
        assert unit.settings.get("colour") == "blue"


def test_an_error_in_the_middle_leaves_nothing(database: SqlDatabase) -> None:
    def write_half() -> None:
        with database.writing() as unit:
            add_appointment(unit)
            unit.outbox.add(make_mail(appointment="a1"))
            raise StopError

    with pytest.raises(StopError):
        write_half()

    with database.reading() as unit:
        assert unit.appointments.get("a1") is None
        assert unit.outbox.get("m1") is None


def test_a_failed_unit_leaves_nothing_and_raises_nothing(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.settings.set("colour", "blue")
        unit.fail()
        unit.settings.set("colour", "red")

    assert setting(database, "colour") is None


def test_a_unit_after_a_failed_one_is_committed(database: SqlDatabase) -> None:
    with database.writing() as unit:
        unit.fail()

    with database.writing() as unit:
        unit.settings.set("colour", "blue")

    assert setting(database, "colour") == "blue"


def test_an_error_that_somebody_swallowed_still_rolls_back(database: SqlDatabase) -> None:
    def swallow() -> None:
        with database.writing() as unit:
            unit.settings.set("colour", "blue")
            with contextlib.suppress(ConflictError):
                unit.people.save_staff(make_member("dora@mitte.example", public_id="alice"))

    with pytest.raises(ConflictError):
        swallow()

    assert setting(database, "colour") is None


def test_units_do_not_nest_in_one_thread(database: SqlDatabase) -> None:
    with (
        database.writing(),
        pytest.raises(RuntimeError, match="do not nest"),
        database.writing(),
    ):
        pass


def test_a_reading_unit_refuses_to_write(database: SqlDatabase) -> None:
    with pytest.raises(RuntimeError), database.reading() as unit:
        unit.settings.set("colour", "blue")


def test_a_reading_unit_keeps_one_view(shared_database: SqlDatabase) -> None:
    def change() -> None:
        with shared_database.writing() as unit:
            unit.settings.set("colour", "red")

    with shared_database.writing() as unit:
        unit.settings.set("colour", "blue")

    with shared_database.reading() as unit:
        before = unit.settings.get("colour")
        writer = threading.Thread(target=change)
        writer.start()
        writer.join(10)
        after = unit.settings.get("colour")

    assert (before, after) == ("blue", "blue")
    assert setting(shared_database, "colour") == "red"


def test_text_that_no_database_can_store_is_refused(database: SqlDatabase) -> None:
    with pytest.raises(InvalidInputError), database.writing() as unit:
        unit.settings.set("colour", "lone surrogate \ud800")


def test_a_writer_that_waits_too_long_is_told_so(
    shared_database: SqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LOCK_SECONDS", 0.2)
    monkeypatch.setattr(postgres, "LOCK_SECONDS", 0.2)
    outcome: list[Exception] = []

    def wait_for_alice() -> None:
        try:
            with shared_database.writing() as unit:
                unit.people.lock_counsellor(ALICE)
        except UnavailableError as exc:
            outcome.append(exc)

    with shared_database.writing() as unit:
        unit.people.lock_counsellor(ALICE)
        writer = threading.Thread(target=wait_for_alice)
        writer.start()
        writer.join(20)

    assert len(outcome) == 1


def test_an_address_of_an_unknown_kind_is_refused(vault: AesVault) -> None:
    with pytest.raises(ConfigError, match="sqlite:"):
        open_database("mysql://localhost/assisto", vault=vault)


def test_a_server_that_is_away_is_told_so(vault: AesVault, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(UnavailableError):
        open_database(f"sqlite:{tmp_path / 'folder'}", vault=vault)
