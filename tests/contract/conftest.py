"""Each contract test runs on SQLite in memory, on SQLite in a file and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assisto_caldav.adapters.sql.migrate import migrate
from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase, open_database
from assisto_caldav.adapters.vault import AesVault
from assisto_caldav.clock import FrozenClock
from tests.contract.builders import ALICE, BOB, CAROL, NOW, make_collection, make_member
from tests.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def vault() -> AesVault:
    return AesVault(b"k" * 32)


@pytest.fixture(params=["memory", "file", POSTGRES])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return url_of(request.param, request, tmp_path)


@pytest.fixture(params=["file", POSTGRES])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Databases that several connections can use at once."""
    return url_of(request.param, request, tmp_path)


@pytest.fixture
def database(empty_url: str, vault: AesVault, clock: FrozenClock) -> Iterator[SqlDatabase]:
    yield from opened(empty_url, vault, clock)


@pytest.fixture
def shared_database(shared_url: str, vault: AesVault, clock: FrozenClock) -> Iterator[SqlDatabase]:
    yield from opened(shared_url, vault, clock)


def url_of(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if kind == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return "sqlite::memory:" if kind == "memory" else f"sqlite:{tmp_path / 'assisto.db'}"


def opened(url: str, vault: AesVault, clock: FrozenClock) -> Iterator[SqlDatabase]:
    """Yield a migrated database in which Alice, Bob and Carol have their collections."""
    database = open_database(url, vault=vault, clock=clock)
    try:
        migrate(database)
        with database.writing() as unit:
            for login in (ALICE, BOB, CAROL):
                unit.people.save_staff(make_member(login))
                for name in ("appointments", "booking-times", "absences"):
                    unit.collections.create(make_collection(login, name))
        yield database
    finally:
        database.close()
