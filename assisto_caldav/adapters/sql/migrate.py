"""Numbered scripts, once each, in order; and the check that key and database belong together."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from assisto_caldav.adapters.sql.connect import Connection, Source
from assisto_caldav.adapters.sql.setting_store import SqlSettings
from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase
from assisto_caldav.errors import ConfigError, UnavailableError

_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
_KEY_SETTING = "key_fingerprint"
_TABLE = """CREATE TABLE IF NOT EXISTS schema_migration (
    number BIGINT PRIMARY KEY,
    name TEXT NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class Script:
    """One numbered migration."""

    number: int
    name: str
    text: str


def scripts() -> list[Script]:
    """Return all migrations of this version of the program, in order."""
    found = (
        Script(int(match[1]), match[2], entry.read_text("utf-8"))
        for entry in resources.files(__package__).joinpath("migrations").iterdir()
        if (match := _NAME.fullmatch(entry.name))
    )
    return sorted(found, key=lambda script: script.number)


def migrate(database: SqlDatabase) -> list[int]:
    """Bring the schema up to this version; return the numbers of the scripts that ran.

    All of them run in one transaction. Of several processes at once, one
    migrates, and the others find it done.

    Raises:
        UnavailableError: The database was used by a newer version of the program.
    """
    ran = []
    with database.source.transaction(writing=True) as connection:
        connection.lock_schema()
        connection.run(_TABLE, {})
        done = _done(connection)
        for script in scripts():
            if script.number not in done:
                _run(connection, script)
                ran.append(script.number)
    return ran


def require_current(database: SqlDatabase) -> None:
    """Refuse to work on a schema of another version.

    Raises:
        UnavailableError: Migrations are missing, or the database is newer.
    """
    with database.source.transaction(writing=False) as connection:
        done = _done(connection) if connection.has_table("schema_migration") else set()
    if any(script.number not in done for script in scripts()):
        raise UnavailableError(
            "Die Datenbank ist noch nicht auf dem Stand dieses Programms: "
            "Bitte zuerst „assisto migrate“ ausführen."
        )


def known_key(source: Source) -> str | None:
    """Return the fingerprint of the key that the database was filled under; None: it is new."""
    with source.transaction(writing=False) as connection:
        if not connection.has_table("setting"):
            return None
        return SqlSettings(connection).get(_KEY_SETTING)


def verify_key(database: SqlDatabase, fingerprint: str) -> None:
    """Remember the key's fingerprint at the first start; later insist on the same key.

    Raises:
        ConfigError: The database was filled under another key.
    """
    with database.source.transaction(writing=True) as connection:
        known = SqlSettings(connection).keep(_KEY_SETTING, fingerprint)
    insist_on_key(known, fingerprint)


def insist_on_key(known: str, present: str) -> None:
    """Refuse another key than the database's, by their fingerprints.

    Raises:
        ConfigError: It says what is lost, and what to do.
    """
    if known != present:
        what = f"Der Schlüssel passt nicht zu dieser Datenbank (vorhanden: {present})."
        raise lost_key(what, known)


def lost_key(what: str, known: str) -> ConfigError:
    """Return the error that says what a lost key means, and what to do."""
    problem = (
        f"{what} Ohne den richtigen Schlüssel sind Namen, Adressen, Telefonnummern und Texte der"
        " Klient:innen sowie die noch nicht verschickten Mails verloren, und Zugangscodes und"
        " Links gelten nicht mehr; Kalender und Termine selbst bleiben. Bitte stellen Sie die"
        f" Schlüsseldatei aus Ihrer Sicherung wieder her (erwartet: {known})."
    )
    return ConfigError((problem,))


def _done(connection: Connection) -> set[int]:
    """Return the numbers of the scripts that ran, none of them unknown to this program."""
    done = {int(number) for (number,) in connection.all("SELECT number FROM schema_migration", {})}
    newest = scripts()[-1].number
    if max(done, default=0) > newest:
        raise UnavailableError(
            f"Die Datenbank wurde von einer neueren Version benutzt (Stand {max(done)}, dieses"
            f" Programm kennt {newest}). Bitte installieren Sie die neuere Version wieder;"
            " diese hier verändert nichts."
        )
    return done


def _run(connection: Connection, script: Script) -> None:
    for statement in _statements(script.text):
        connection.run(statement, {})
    connection.run(
        "INSERT INTO schema_migration (number, name) VALUES (:number, :name)",
        {"number": script.number, "name": script.name},
    )


def _statements(text: str) -> Iterator[str]:
    """Split a script where SQLite says that a statement is complete."""
    statement = ""
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith("--"):
            continue
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
    if statement.strip():
        raise ConfigError((f"Unvollständige Anweisung: {statement.strip()}",))
