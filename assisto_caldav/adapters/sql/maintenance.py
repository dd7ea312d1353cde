"""Checking, copying and exporting the embedded database, with sqlite-utils."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import sqlite_utils

from assisto_caldav.adapters.sql.sqlite import SqliteConnection, SqliteFile, SqliteMemory
from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.errors import ConfigError, InvalidInputError


def check(database: SqlDatabase) -> list[str]:
    """Return what is wrong with the file, one sentence each; nothing on PostgreSQL."""
    if not isinstance(database.source, SqliteFile | SqliteMemory):
        return []
    tools = database.source.connection().tools
    damages = [str(row[0]) for row in tools.execute("PRAGMA integrity_check")]
    problems = [f"Die Datenbankdatei ist beschädigt: {text}" for text in damages if text != "ok"]
    problems += [
        f"In {row[0]} zeigt Zeile {row[1]} auf etwas in {row[2]}, das es nicht gibt."
        for row in tools.execute("PRAGMA foreign_key_check")
    ]
    return problems


def backup(database: SqlDatabase, target: Path) -> None:
    """Copy the database to a new file while others go on reading and writing.

    The copy holds sealed fields; without the key, which it does not hold, they stay closed.

    Raises:
        InvalidInputError: The target exists.
        ConfigError: The database is no file of ours.
    """
    source = _tools(database)
    draft = target.with_name(f".{target.name}.draft")
    draft.unlink(missing_ok=True)
    if target.exists():
        raise InvalidInputError(f"{target} gibt es schon.", field="target")
    copy = SqliteConnection(str(draft))
    try:
        source.conn.backup(copy.raw)
        # One file that is whole by itself, without a log beside it.
        copy.raw.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        copy.raw.close()
    os.replace(draft, target)  # noqa: PTH105 - the atomic one, by its name


def export(database: SqlDatabase) -> Iterator[str]:
    """Yield every row as a line of JSON with its table; sealed fields stay sealed."""
    tools = _tools(database)
    for name in sorted(tools.table_names()):
        for row in tools.table(name).rows:
            yield json.dumps({"table": name, **row}, ensure_ascii=False)


def _tools(database: SqlDatabase) -> sqlite_utils.Database:
    if not isinstance(database.source, SqliteFile | SqliteMemory):
        problem = "PostgreSQL wird mit pg_dump gesichert und ausgegeben, nicht mit diesem Befehl."
        raise ConfigError((problem,))
    return database.source.connection().tools
