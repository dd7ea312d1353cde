from __future__ import annotations

import json
from pathlib import Path

import pytest

from assisto_caldav.adapters.sql.maintenance import backup, check, export
from assisto_caldav.adapters.sql.sqlite import SqliteFile, SqliteMemory
from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase, open_database
from assisto_caldav.adapters.vault import AesVault
from assisto_caldav.errors import ConfigError, InvalidInputError
from tests.contract.builders import add_appointment, make_appointment, make_details


def on_sqlite(database: SqlDatabase) -> bool:
    return isinstance(database.source, SqliteFile | SqliteMemory)


def test_a_sound_database_has_no_problems(database: SqlDatabase) -> None:
    assert check(database) == []


def test_a_row_that_points_nowhere_is_a_problem(database: SqlDatabase) -> None:
    if not isinstance(database.source, SqliteFile | SqliteMemory):
        pytest.skip("PostgreSQL never lets it happen")
    raw = database.source.connection().raw
    raw.execute("PRAGMA foreign_keys = OFF")
    raw.execute("INSERT INTO session VALUES ('d', 'mitte', 'mallory@nowhere.example', 1, 1)")

    assert len(check(database)) == 1


def test_a_backup_opens_with_the_same_key(
    database: SqlDatabase, vault: AesVault, tmp_path: Path
) -> None:
    if not on_sqlite(database):
        with pytest.raises(ConfigError, match="pg_dump"):
            backup(database, tmp_path / "copy.db")
        return
    with database.writing() as unit:
        add_appointment(unit)

    backup(database, tmp_path / "copy.db")

    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    copy = open_database(f"sqlite:{tmp_path / 'copy.db'}", vault=vault)
    with copy.reading() as unit:
        assert unit.appointments.get("a1") == make_appointment()
        assert unit.appointments.details("a1") == make_details()
    copy.close()


def test_a_backup_replaces_nothing(database: SqlDatabase, tmp_path: Path) -> None:
    if not on_sqlite(database):
        pytest.skip("PostgreSQL has pg_dump")
    (tmp_path / "copy.db").write_text("precious")

    with pytest.raises(InvalidInputError):
        backup(database, tmp_path / "copy.db")

    assert (tmp_path / "copy.db").read_text() == "precious"


def test_an_export_holds_every_row_and_no_secret(database: SqlDatabase) -> None:
    if not on_sqlite(database):
        pytest.skip("PostgreSQL has pg_dump")
    with database.writing() as unit:
        add_appointment(unit)

    lines = list(export(database))

    rows = [json.loads(line) for line in lines]
    assert [row["id"] for row in rows if row["table"] == "appointment"] == ["a1"]
    assert not any("Grace" in line for line in lines)
