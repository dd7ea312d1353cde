from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assisto_caldav.adapters.sql import migrate as migrations
from assisto_caldav.adapters.sql.migrate import migrate, require_current, scripts, verify_key
from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase, open_database
from assisto_caldav.adapters.vault import AesVault
from assisto_caldav.errors import ConfigError, UnavailableError

START = """
import sys
from assisto_caldav.adapters.sql.migrate import migrate, verify_key
from assisto_caldav.adapters.sql.unit_of_work import open_database
from assisto_caldav.adapters.vault import AesVault
vault = AesVault(sys.argv[2].encode() * 32)
database = open_database(sys.argv[1], vault=vault)
print(len(migrate(database)))
verify_key(database, vault.fingerprint)
"""


@pytest.fixture
def empty(empty_url: str, vault: AesVault) -> Iterator[SqlDatabase]:
    database = open_database(empty_url, vault=vault)
    yield database
    database.close()


def test_every_script_runs_once(empty: SqlDatabase) -> None:
    numbers = [script.number for script in scripts()]

    assert migrate(empty) == numbers
    assert migrate(empty) == []
    require_current(empty)


def test_script_numbers_are_gapless() -> None:
    assert [script.number for script in scripts()] == list(range(1, len(scripts()) + 1))


def test_an_empty_database_is_not_current(empty: SqlDatabase) -> None:
    with pytest.raises(UnavailableError, match="assisto migrate"):
        require_current(empty)


def test_a_newer_database_is_refused(empty: SqlDatabase) -> None:
    migrate(empty)
    with empty.source.transaction(writing=True) as connection:
        connection.run("INSERT INTO schema_migration VALUES (9999, 'later')", {})

    with pytest.raises(UnavailableError, match="neueren Version"):
        migrate(empty)
    with pytest.raises(UnavailableError, match="neueren Version"):
        require_current(empty)


def test_a_script_that_fails_leaves_nothing(
    empty: SqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = scripts()
    broken = migrations.Script(
        len(good) + 1, "broken", "CREATE TABLE half (id TEXT);\nCREATE TABLE (;\n"
    )
    monkeypatch.setattr(migrations, "scripts", lambda: [*good, broken])

    with pytest.raises(UnavailableError):
        migrate(empty)

    with empty.source.transaction(writing=False) as connection:
        assert not connection.has_table("half")
        assert not connection.has_table("staff")


def test_a_key_is_remembered_and_another_is_refused(empty: SqlDatabase) -> None:
    migrate(empty)
    verify_key(empty, AesVault(b"k" * 32).fingerprint)
    verify_key(empty, AesVault(b"k" * 32).fingerprint)

    with pytest.raises(ConfigError, match="verloren"):
        verify_key(empty, AesVault(b"x" * 32).fingerprint)


def start(url: str, key: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", START, url, key]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_processes_that_start_at_once_migrate_once(shared_url: str) -> None:
    started = [start(shared_url, "k") for _ in range(4)]
    answers = [process.communicate(timeout=60) for process in started]

    every = str(len(scripts()))
    assert sorted(out.strip() for out, _ in answers) == ["0", "0", "0", every], answers


def test_of_two_keys_at_the_first_start_one_is_refused(shared_url: str) -> None:
    started = [start(shared_url, key) for key in ("a", "b")]
    for process in started:
        process.communicate(timeout=60)

    assert sorted(process.returncode for process in started) == [0, 1]


def test_the_file_is_readable_by_its_owner_alone(tmp_path: Path, vault: AesVault) -> None:
    database = open_database(f"sqlite:{tmp_path / 'new' / 'assisto.db'}", vault=vault)
    migrate(database)

    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()}
    database.close()

    assert modes == {0o600}
