"""The one place that chooses adapters and wires them to the ports."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assisto_caldav.adapters.mail.folder import FolderMailer
from assisto_caldav.adapters.mail.smtp import SmtpMailer
from assisto_caldav.adapters.passwords import Argon2Passwords
from assisto_caldav.adapters.sql import maintenance
from assisto_caldav.adapters.sql.connect import Source
from assisto_caldav.adapters.sql.migrate import (
    insist_on_key,
    known_key,
    lost_key,
    migrate,
    require_current,
    verify_key,
)
from assisto_caldav.adapters.sql.unit_of_work import SqlDatabase, open_source
from assisto_caldav.adapters.tokens import SystemTokens
from assisto_caldav.adapters.vault import AesVault, fingerprint, load_key, load_or_create_key
from assisto_caldav.clock import SystemClock
from assisto_caldav.config import Config
from assisto_caldav.config.source import ConfigSource
from assisto_caldav.errors import ConfigError, UnavailableError
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.notify import Mailer


@dataclass(frozen=True, slots=True)
class Opened:
    """Ports over an open database, which whoever opened it closes."""

    ports: Ports
    database: SqlDatabase
    ran: tuple[int, ...] = ()

    def close(self) -> None:
        """Close every connection: needed before this process forks."""
        self.database.close()

    def check(self) -> list[str]:
        """Return what is wrong with the database file, one sentence each."""
        return maintenance.check(self.database)

    def backup(self, target: Path) -> None:
        """Copy the database while others work with it; raises as ``maintenance.backup``."""
        maintenance.backup(self.database, target)


def open_ports(config_file: Path) -> Ports:
    """Open everything that a process needs, for as long as it lives.

    Raises:
        ConfigError: The configuration is wrong, or the key is another or missing.
        UnavailableError: The database is away, not migrated, or newer.
    """
    return _open_current(config_file).ports


@contextmanager
def opened(config_file: Path) -> Iterator[Opened]:
    """Lend everything over a database of this version; raises as ``open_ports``."""
    lent = _open_current(config_file)
    try:
        yield lent
    finally:
        lent.close()


@contextmanager
def prepared(config_file: Path) -> Iterator[Opened]:
    """Lend everything, migrating first; at the very first start the key is made.

    Raises:
        ConfigError: The configuration is wrong, or the key is another or missing.
        UnavailableError: The database is away or newer.
    """
    source, connections = _read_config(config_file)
    try:
        config = source.current()
        known = known_key(connections)
        if known is None:
            master = load_or_create_key(config.secrets.key_file, environ=os.environ)
        else:
            master = _same_key(config, known)
        database = _database(connections, master)
        ran = migrate(database)
        verify_key(database, fingerprint(master))
        yield Opened(_wire(source, database, master), database, tuple(ran))
    finally:
        connections.close()


def _open_current(config_file: Path) -> Opened:
    source, connections = _read_config(config_file, must_exist=True)
    try:
        master = _same_key(source.current(), _require_known(connections))
        database = _database(connections, master)
        require_current(database)
    except BaseException:
        connections.close()
        raise
    return Opened(_wire(source, database, master), database)


def _require_known(connections: Source) -> str:
    known = known_key(connections)
    if known is None:
        raise UnavailableError(_NEW)
    return known


_NEW = "Die Datenbank ist noch leer: Bitte zuerst „assisto migrate“ oder „assisto serve“ ausführen."


def _read_config(config_file: Path, *, must_exist: bool = False) -> tuple[ConfigSource, Source]:
    """Return the configuration and the open database that it names."""
    if not config_file.exists():
        problem = (
            f"{config_file} gibt es nicht. Die Konfiguration liegt sonst in config/assisto.toml;"
            " „--config“ oder ASSISTO_CONFIG nennt einen anderen Ort. Zum Ausprobieren ohne"
            " eigene Konfiguration: „make run“ im Ordner des Programms."
        )
        raise ConfigError((problem,))
    source = ConfigSource(config_file, SystemClock(), os.environ)
    config = source.current()
    path = config.database.sqlite_path
    if must_exist and path is not None and not path.exists():
        raise UnavailableError(_NEW)
    try:
        config.data_folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        problem = f"Der Datenordner {config.data_folder} lässt sich nicht anlegen: {exc.strerror}"
        raise ConfigError((problem,)) from exc
    pool = config.database.pool_connections
    return source, open_source(config.database.url, connections=pool)


def _same_key(config: Config, known: str) -> bytes:
    """Return the key that the database was filled under; never make another."""
    key_file = config.secrets.key_file
    master = load_key(key_file, environ=os.environ)
    if master is None:
        raise lost_key(f"Der Schlüssel zu dieser Datenbank fehlt: {key_file}.", known)
    insist_on_key(known, fingerprint(master))
    return master


def _database(connections: Source, master: bytes) -> SqlDatabase:
    return SqlDatabase(connections, vault=AesVault(master), clock=SystemClock())


def _wire(source: ConfigSource, database: SqlDatabase, master: bytes) -> Ports:
    return Ports(
        database=database,
        clock=SystemClock(),
        tokens=SystemTokens(master),
        vault=AesVault(master),
        passwords=Argon2Passwords(),
        config=source,
    )


def make_mailer(config: Config) -> Mailer | None:
    """Return the configured way out for mails, or None: then they wait in the outbox."""
    mail = config.mail
    if mail.folder is not None:
        return FolderMailer(mail.folder)
    if not mail.smtp_host:
        return None
    return SmtpMailer(
        host=mail.smtp_host,
        port=mail.smtp_port,
        security=mail.smtp_security.value,
        user=mail.smtp_user,
        password=mail.smtp_password,
        timeout_seconds=mail.smtp_timeout_seconds,
    )
