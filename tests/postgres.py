"""A PostgreSQL of our own, and a fresh database in it for each test.

Another folder's conftest takes both with
``from tests.postgres import postgres_server, postgres_url  # noqa: F401``.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

GIVEN_SERVER = "ASSISTO_TEST_POSTGRES"
_numbers = count(1)
# Nothing here must outlive a power cut, and it is twice as fast.
_IN_A_HURRY = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "SELECT pg_reload_conf()",
)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server: the one in ASSISTO_TEST_POSTGRES, or one that lives for the run."""
    given = os.environ.get(GIVEN_SERVER)
    if given:
        yield given
        return
    with warnings.catch_warnings():
        # platformdirs misses XDG_RUNTIME_DIR when imported, which is nothing to us.
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pgserver", reason="pgserver has no wheel for this Python")
    with tempfile.TemporaryDirectory(prefix="assisto-pg-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for statement in _IN_A_HURRY:
                    connection.execute(statement.encode())
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty database that goes with the test."""
    name = f"assisto_test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield urlunsplit(urlsplit(postgres_server)._replace(path=f"/{name}"))
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
