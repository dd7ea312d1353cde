"""The embedded database: a SQLite file, or memory for tests."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils

from assisto_caldav.adapters.sql.connect import (
    AWAY,
    BUSY,
    CONFLICT,
    LOCK_SECONDS,
    UNSTORABLE,
    Connection,
    Params,
    Row,
    Source,
)
from assisto_caldav.errors import (
    AssistoError,
    ConflictError,
    InvalidInputError,
    UnavailableError,
)

MEMORY = ":memory:"
_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # What is deleted is overwritten; FAST would leave it in pages that became free.
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    # Threads and workers share the mapped pages, where each connection's cache is its own.
    "PRAGMA mmap_size = 1073741824",
    "PRAGMA journal_size_limit = 67108864",
)
_DRIVER_ERRORS = (sqlite3.Error, UnicodeEncodeError)


class SqliteConnection(Connection):
    """A connection of one thread, or the only one of a database in memory."""

    def __init__(self, path: str) -> None:
        """Open the file; make it, readable by its owner alone."""
        if path != MEMORY:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self.raw = sqlite3.connect(
            path,
            timeout=LOCK_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        self.tools = sqlite_utils.Database(self.raw, execute_plugins=False)
        if path != MEMORY:
            _enable_wal(self.raw)
        for pragma in _PRAGMAS:
            self.raw.execute(pragma)

    def __del__(self) -> None:
        """Close with the thread that it belonged to."""
        if hasattr(self, "raw"):
            self.raw.close()

    def any_of(self, column: str, name: str) -> str:
        """Look the column up once for each value."""
        return f"{column} IN (SELECT value FROM json_each(:{name}))"

    def array(self, values: Iterable[str]) -> object:
        """A JSON array."""
        return json.dumps(list(values))

    def lock_schema(self) -> None:
        """BEGIN IMMEDIATE has locked it."""

    def has_table(self, name: str) -> bool:
        """Look into the catalogue."""
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name"
        return self.one(sql, {"name": name}) is not None

    def _query(self, sql: str, params: Params) -> list[Row]:
        try:
            return self.raw.execute(sql, params).fetchall()
        except _DRIVER_ERRORS as exc:
            raise self._fail(_translated(exc)) from exc

    def _execute(self, sql: str, params: Params) -> int:
        try:
            return self.raw.execute(sql, params).rowcount
        except _DRIVER_ERRORS as exc:
            raise self._fail(_translated(exc)) from exc

    def _execute_many(self, sql: str, rows: Sequence[Params]) -> None:
        try:
            self.raw.executemany(sql, rows)
        except _DRIVER_ERRORS as exc:
            raise self._fail(_translated(exc)) from exc

    @contextmanager
    def transaction(self, *, writing: bool) -> Iterator[Connection]:
        """BEGIN IMMEDIATE is the lock of all writers; readers wait for nobody."""
        self.writable, self.must_roll_back, self.failure = writing, False, None
        self._execute("BEGIN IMMEDIATE" if writing else "BEGIN", {})
        try:
            yield self
            self._end()
        except BaseException:
            # After some errors (a full disk) SQLite has rolled back by itself.
            if self.raw.in_transaction:
                self.raw.execute("ROLLBACK")
            raise
        finally:
            self.writable = False

    def _end(self) -> None:
        if self.failure:
            raise self.failure
        self._execute("ROLLBACK" if self.must_roll_back else "COMMIT", {})


class SqliteFile(Source):
    """A database file: one connection for each thread, kept as long as the thread."""

    def __init__(self, path: str) -> None:
        """Open the file at once, to fail early."""
        self._path = path
        self._mine = threading.local()
        self._open: weakref.WeakSet[SqliteConnection] = weakref.WeakSet()
        self.connection()

    def connection(self) -> SqliteConnection:
        """Return this thread's connection."""
        mine: SqliteConnection | None = getattr(self._mine, "connection", None)
        if mine is None:
            try:
                mine = self._mine.connection = SqliteConnection(self._path)
            except (sqlite3.Error, OSError) as exc:
                raise UnavailableError(
                    f"Die Datenbank {self._path} lässt sich nicht öffnen: {exc}"
                ) from exc
            self._open.add(mine)
        return mine

    @contextmanager
    def transaction(self, *, writing: bool) -> Iterator[Connection]:
        """Lend this thread's connection."""
        with self.connection().transaction(writing=writing) as connection:
            yield connection

    def scrub(self) -> None:
        """Empty the log, which has the old content of pages; readers may put that off."""
        self.connection().all("PRAGMA wal_checkpoint(TRUNCATE)", {})

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in list(self._open):
            connection.raw.close()
        self._mine = threading.local()


class SqliteMemory(Source):
    """A database in memory, for tests: one connection that threads take in turn."""

    def __init__(self) -> None:
        """Open an empty one."""
        self._connection = SqliteConnection(MEMORY)
        self._turn = threading.Lock()

    def connection(self) -> SqliteConnection:
        """Return the connection of all threads."""
        return self._connection

    @contextmanager
    def transaction(self, *, writing: bool) -> Iterator[Connection]:
        """Wait for the connection, then lend it."""
        if not self._turn.acquire(timeout=LOCK_SECONDS):
            raise UnavailableError(BUSY)
        try:
            with self._connection.transaction(writing=writing) as connection:
                yield connection
        finally:
            self._turn.release()

    def scrub(self) -> None:
        """There is no log."""

    def close(self) -> None:
        """Forget everything."""
        self._connection.raw.close()


def open_sqlite(path: str) -> Source:
    """Open a file, or ``:memory:``."""
    if path == MEMORY:
        return SqliteMemory()
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return SqliteFile(path)


def _enable_wal(raw: sqlite3.Connection) -> None:
    """Turn the write-ahead log on, once in the life of a file.

    Two processes that do it at once would deadlock, so SQLite refuses one of
    them without waiting; that one tries again.
    """
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL").fetchall()
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _translated(exc: Exception) -> AssistoError:
    """Return our error for the driver's."""
    if isinstance(exc, sqlite3.IntegrityError):
        return ConflictError(CONFLICT)
    if isinstance(exc, UnicodeEncodeError):
        return InvalidInputError(UNSTORABLE)
    if getattr(exc, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return UnavailableError(BUSY)
    return UnavailableError(f"{AWAY} ({exc})")
