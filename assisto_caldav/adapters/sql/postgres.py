"""PostgreSQL, when one machine is not enough."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

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

POOL_SIZE = 16
_MIGRATION_LOCK = 4_022_260_923
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
_WRITE = b"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WORTH_RETRYING = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.QueryCanceled,
)
_DRIVER_ERRORS = (psycopg.Error, UnicodeEncodeError)
_Raw = psycopg.Connection[TupleRow]


class PostgresConnection(Connection):
    """A connection of the pool, lent for one transaction."""

    # A foreign key to the row may still be checked meanwhile.
    row_lock = " FOR NO KEY UPDATE"
    skip_locked = " FOR UPDATE SKIP LOCKED"

    def __init__(self, raw: _Raw, *, writable: bool) -> None:
        """Work on a connection whose transaction has begun."""
        self._raw = raw
        self.writable = writable

    def any_of(self, column: str, name: str) -> str:
        """Compare with an array."""
        return f"{column} = ANY(:{name})"

    def array(self, values: Iterable[str]) -> object:
        """A list becomes text[]."""
        return list(values)

    def lock_schema(self) -> None:
        """Take an advisory lock that ends with the transaction."""
        self._query("SELECT pg_advisory_xact_lock(:lock)", {"lock": _MIGRATION_LOCK})

    def has_table(self, name: str) -> bool:
        """Look along the search path."""
        return self.one("SELECT 1 WHERE to_regclass(:name) IS NOT NULL", {"name": name}) is not None

    def _query(self, sql: str, params: Params) -> list[Row]:
        try:
            return self._raw.execute(_translated(sql), params).fetchall()
        except _DRIVER_ERRORS as exc:
            raise self._fail(_our_error(exc)) from exc

    def _execute(self, sql: str, params: Params) -> int:
        try:
            return self._raw.execute(_translated(sql), params).rowcount
        except _DRIVER_ERRORS as exc:
            raise self._fail(_our_error(exc)) from exc

    def _execute_many(self, sql: str, rows: Sequence[Params]) -> None:
        try:
            with self._raw.cursor() as cursor:
                cursor.executemany(_translated(sql), rows)
        except _DRIVER_ERRORS as exc:
            raise self._fail(_our_error(exc)) from exc

    def end(self) -> None:
        """End the transaction."""
        if self.failure:
            raise self.failure
        self._execute("ROLLBACK" if self.must_roll_back else "COMMIT", {})


class PostgresSource(Source):
    """A pool of connections; each is lent for one transaction."""

    def __init__(self, url: str, *, connections: int = POOL_SIZE) -> None:
        """Open the pool and wait for its first connection."""
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=connections,
            timeout=LOCK_SECONDS,
            kwargs={"autocommit": True},
            configure=_configure,
            open=False,
        )
        try:
            self._pool.open(wait=True, timeout=2 * LOCK_SECONDS)
        except PoolTimeout as exc:
            self._pool.close()
            raise UnavailableError(AWAY) from exc

    @contextmanager
    def transaction(self, *, writing: bool) -> Iterator[Connection]:
        """Lend a connection; one that broke meanwhile is thrown away by the pool."""
        raw = self._begin(_WRITE if writing else _READ)
        try:
            connection = PostgresConnection(raw, writable=writing)
            yield connection
            connection.end()
        except BaseException:
            _roll_back(raw)
            raise
        finally:
            self._pool.putconn(raw)

    def scrub(self) -> None:
        """Autovacuum frees the rows; the server's log is its operator's matter."""

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()

    def _begin(self, statement: bytes) -> _Raw:
        """Begin on a connection that is alive: after a restart of the server none of the old is."""
        for _ in range(self._pool.max_size + 1):
            try:
                raw = self._pool.getconn()
            except (PoolTimeout, PoolClosed) as exc:
                raise UnavailableError(AWAY) from exc
            try:
                raw.execute(statement)
            except psycopg.Error:
                raw.close()
                self._pool.putconn(raw)
            else:
                return raw
        raise UnavailableError(AWAY)


def open_postgres(url: str, *, connections: int = POOL_SIZE) -> Source:
    """Open a pool on the server."""
    try:
        return PostgresSource(url, connections=connections)
    except psycopg.Error as exc:
        raise UnavailableError(AWAY) from exc


def _configure(raw: _Raw) -> None:
    raw.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'".encode())
    raw.execute(b"SET idle_in_transaction_session_timeout = '60s'")


def _roll_back(raw: _Raw) -> None:
    """Leave the transaction; a connection that cannot even do that is thrown away."""
    try:
        raw.execute(b"ROLLBACK")
    except psycopg.Error:
        raw.close()


@lru_cache(maxsize=1024)
def _translated(sql: str) -> bytes:
    """Return the statement with psycopg's parameters; literals hold neither : nor %."""
    return _PARAMETER.sub(r"%(\1)s", sql).encode()


def _our_error(exc: Exception) -> AssistoError:
    """Return our error for the driver's."""
    if isinstance(exc, psycopg.IntegrityError):
        return ConflictError(CONFLICT)
    if isinstance(exc, psycopg.DataError | UnicodeEncodeError):
        return InvalidInputError(UNSTORABLE)
    return UnavailableError(BUSY if isinstance(exc, _WORTH_RETRYING) else AWAY)
