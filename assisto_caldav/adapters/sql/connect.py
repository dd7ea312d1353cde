"""One connection inside one transaction, whatever the database.

Statements are written once, with ``:name`` for parameters, in the SQL that
SQLite 3.35 and PostgreSQL 14 have in common. What they do not have in common
is a member of ``Connection``; ``sqlite.py`` and ``postgres.py`` fill it in.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from assisto_caldav.errors import AssistoError

Row = tuple[Any, ...]  # Any: the store that names the columns knows their types
Params = Mapping[str, object]

LOCK_SECONDS = 5
BUSY = "Die Datenbank ist gerade beschäftigt. Bitte versuchen Sie es gleich noch einmal."
AWAY = "Die Datenbank ist gerade nicht erreichbar."
CONFLICT = "Diese Angaben widersprechen dem, was schon gespeichert ist."
UNSTORABLE = "Der Text enthält Zeichen, die sich nicht speichern lassen."


class Connection(ABC):
    """Runs statements and turns the driver's errors into ours.

    ``row_lock`` and ``skip_locked`` end a SELECT that must keep others off its
    rows; where a writer has the database to itself they are empty.
    ``must_roll_back`` ends the transaction without effect and without an error.
    ``failure`` is the first statement that failed: PostgreSQL takes no further
    one then, so neither database commits, even if somebody caught the error.
    """

    row_lock = ""
    skip_locked = ""
    writable = False
    must_roll_back = False
    failure: AssistoError | None = None

    def all(self, sql: str, params: Params) -> list[Row]:
        """Return the rows of a query."""
        return self._query(sql, params)

    def one(self, sql: str, params: Params) -> Row | None:
        """Return the first row of a query or None."""
        rows = self._query(sql, params)
        return rows[0] if rows else None

    def run(self, sql: str, params: Params) -> int:
        """Write; return how many rows it touched."""
        self._must_be_writable()
        return self._execute(sql, params)

    def run_returning(self, sql: str, params: Params) -> list[Row]:
        """Write; return the rows of its RETURNING clause, in no order."""
        self._must_be_writable()
        return self._query(sql, params)

    def run_many(self, sql: str, rows: Sequence[Params]) -> None:
        """Write once for each set of parameters."""
        self._must_be_writable()
        if rows:
            self._execute_many(sql, rows)

    @abstractmethod
    def any_of(self, column: str, name: str) -> str:
        """Return the condition that the column is among the values of parameter ``name``.

        One statement text serves lists of any length; it is prepared once.
        """

    @abstractmethod
    def array(self, values: Iterable[str]) -> object:
        """Return the value of a parameter that ``any_of`` compares with."""

    @abstractmethod
    def lock_schema(self) -> None:
        """Let no other process migrate until the transaction ends."""

    @abstractmethod
    def has_table(self, name: str) -> bool:
        """Tell whether there is such a table."""

    @abstractmethod
    def _query(self, sql: str, params: Params) -> list[Row]: ...

    @abstractmethod
    def _execute(self, sql: str, params: Params) -> int: ...

    @abstractmethod
    def _execute_many(self, sql: str, rows: Sequence[Params]) -> None: ...

    def _fail(self, error: AssistoError) -> AssistoError:
        self.failure = self.failure or error
        return error

    def _must_be_writable(self) -> None:
        if not self.writable:
            raise RuntimeError("Writing methods need a writing unit.")


class Source(ABC):
    """Where connections come from."""

    @abstractmethod
    def transaction(self, *, writing: bool) -> AbstractContextManager[Connection]:
        """Lend a connection for one transaction: committed at the end, rolled back on errors.

        Raises:
            UnavailableError: The database is busy or away.
        """

    @abstractmethod
    def scrub(self) -> None:
        """Drop copies of what was deleted, where the database keeps some for us to drop."""

    @abstractmethod
    def close(self) -> None:
        """Close every connection."""
