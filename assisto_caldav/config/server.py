"""Read ``assisto.toml``: what concerns the server and not one centre."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import quote, urlsplit

from assisto_caldav.config.model import (
    Database,
    Log,
    Mail,
    ObjectLimits,
    Secrets,
    Server,
    Sessions,
)
from assisto_caldav.config.table import Table
from assisto_caldav.domain.identity import is_mail_address

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a value may depend on besides its own key.

    ``folder`` is where ``assisto.toml`` lies; relative paths in it begin there.
    """

    folder: Path
    environ: Mapping[str, str]

    @property
    def demo(self) -> bool:
        """Say whether this is the demo."""
        return self.environ.get("ASSISTO_DEMO") == "1"

    def absolute(self, path: str) -> Path:
        """Return a path of the file as an absolute one."""
        return Path(os.path.normpath(self.folder.absolute() / path))

    def data_folder(self, path: str) -> Path:
        """Return the data folder; the environment goes before the file."""
        given = self.environ.get("ASSISTO_DATA")
        return Path(given).absolute() if given else self.absolute(path)


def read_server(root: Table, around: Surroundings) -> Server:
    """Read ``[server]``."""
    table, usual = root.table("server"), Server()
    server = Server(
        address=table.text("address", usual.address),
        port=_read_port(table, usual.port, around),
        public_url=table.text("public_url").rstrip("/"),
        workers=table.integer("workers", usual.workers, low=1, high=64),
        threads=table.integer("threads", usual.threads, low=1, high=256),
        max_body_bytes=table.integer(
            "max_body_bytes", usual.max_body_bytes, low=65_536, high=1024 * _MEGABYTE
        ),
        body_seconds=table.integer("body_seconds", usual.body_seconds, low=1, high=600),
        trusted_proxies=table.texts("trusted_proxies"),
    )
    table.finish()
    _check_addresses(table, server, around)
    return _with_address(server, around)


def _with_address(server: Server, around: Surroundings) -> Server:
    host = f"[{server.address}]" if ":" in server.address else server.address
    # The demo's links lead to where it listens, whatever the file says.
    own = f"http://{host}:{server.port}"
    return replace(server, public_url=own if around.demo else server.public_url or own)


def _read_port(table: Table, usual: int, around: Surroundings) -> int:
    port = table.integer("port", usual, low=1, high=65535)
    given = around.environ.get("ASSISTO_PORT")
    if not given:
        return port
    if given.isascii() and given.isdecimal() and 1 <= int(given) <= 65535:
        return int(given)
    table.complain("port", f"ASSISTO_PORT ist „{given}“; möglich ist 1 bis 65535.")
    return port


def _check_addresses(table: Table, server: Server, around: Surroundings) -> None:
    if not is_address(server.address):
        table.complain("address", f"„{server.address}“ ist keine IP-Adresse, etwa 127.0.0.1.")
    elif around.demo and not is_loopback(server.address):
        table.complain("address", "Die Demo läuft nur auf diesem Rechner: 127.0.0.1.")
    elif not server.public_url and not is_loopback(server.address):
        table.complain("public_url", "Das fehlt; nötig ist die Adresse, die Besucher:innen sehen.")
    if server.public_url:
        _check_public_url(table, server.public_url)
    for number, network in enumerate(server.trusted_proxies):
        try:
            ip_network(network)
        except ValueError:
            problem = f"„{network}“ ist keine IP-Adresse und kein Netz wie 10.0.0.0/8."
            table.complain("trusted_proxies", problem, number=number)


def _check_public_url(table: Table, url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or parts.path or parts.query:
        problem = f"„{url}“ ist keine Adresse wie https://termine.example, ohne Pfad."
        table.complain("public_url", problem)
    elif parts.scheme == "http" and not is_loopback(host):
        table.complain("public_url", "Kennwörter und Anfragen brauchen https://.")


def is_address(text: str) -> bool:
    """Say whether this is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches the host."""
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)


def read_database(root: Table, around: Surroundings, data_folder: Path) -> Database:
    """Read ``[database]``; the environment's address goes before the file's."""
    table, usual = root.table("database"), Database()
    url = table.text("url", usual.url)
    password = _read_secret(table, "password_file", "ASSISTO_DATABASE_PASSWORD", around)
    pool = table.integer("pool_connections", usual.pool_connections, low=1, high=200)
    table.finish()
    if not url.startswith(("sqlite:", "postgresql://")) or url == "sqlite:":
        problem = "Nötig ist „sqlite:assisto.db“ oder „postgresql://name@rechner/datenbank“."
        table.complain("url", problem)
    elif _carries_password(url):
        table.complain("url", "Das Kennwort gehört nicht hierher, sondern in „password_file“.")
    url = around.environ.get("ASSISTO_DATABASE_URL") or url
    return Database(url=_complete_url(url, password, data_folder), pool_connections=pool)


def _complete_url(url: str, password: str, data_folder: Path) -> str:
    if url.startswith("sqlite:"):
        return f"sqlite:{data_folder / url.removeprefix('sqlite:')}"
    if not password or _carries_password(url):
        return url
    start, at, rest = url.partition("@")
    return f"{start}:{quote(password, safe='')}@{rest}" if at else url


def _carries_password(url: str) -> bool:
    name, at, _ = url.removeprefix("postgresql://").partition("@")
    return bool(at) and ":" in name


def read_secrets(root: Table, around: Surroundings, data_folder: Path) -> Secrets:
    """Read ``[secrets]``; by default the key lies beside the data folder, not in it."""
    table = root.table("secrets")
    given = table.text("key_file")
    table.finish()
    beside = Path(f"{data_folder}.key")
    key_file = around.absolute(given) if given else beside
    if key_file.is_relative_to(data_folder):
        problem = (
            "Der Schlüssel darf nicht im Datenordner liegen: dort nimmt ihn jede Sicherung mit."
        )
        table.complain("key_file", problem)
    return Secrets(key_file=key_file)


def read_mail(root: Table, around: Surroundings, data_folder: Path) -> Mail:
    """Read ``[mail]``; the demo writes into a folder instead, whatever the file says."""
    table, usual = root.table("mail"), Mail()
    mail = Mail(
        smtp_host=table.text("smtp_host"),
        smtp_port=table.integer("smtp_port", usual.smtp_port, low=1, high=65535),
        smtp_security=table.choice("smtp_security", usual.smtp_security),
        smtp_user=table.text("smtp_user"),
        smtp_password=_read_secret(table, "smtp_password_file", "ASSISTO_SMTP_PASSWORD", around),
        smtp_timeout_seconds=table.integer(
            "smtp_timeout_seconds", usual.smtp_timeout_seconds, low=1, high=600
        ),
        from_address=table.text("from_address"),
        folder=data_folder / "mails" if around.demo else None,
    )
    table.finish()
    if mail.from_address and not is_mail_address(mail.from_address):
        table.complain("from_address", f"„{mail.from_address}“ ist keine E-Mail-Adresse.")
    if mail.smtp_user and not mail.smtp_password:
        table.complain("smtp_user", "Dazu fehlt das Kennwort: „smtp_password_file“.")
    return mail


def _read_secret(table: Table, key: str, variable: str, around: Surroundings) -> str:
    """Read a secret from its file, or from the environment, which goes first."""
    name = table.text(key)
    if around.environ.get(variable):
        return around.environ[variable]
    if not name:
        return ""
    try:
        return around.absolute(name).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as exc:
        # ValueError: a null in the name, or bytes that are no UTF-8.
        reason = exc.strerror if isinstance(exc, OSError) else "kein Text"
        table.complain(key, f"„{name}“ lässt sich nicht lesen: {reason}")
        return ""


_LIMITS = {
    "max_object_bytes": (10_000, 100 * _MEGABYTE),
    "max_line_bytes": (1_000, 100 * _MEGABYTE),
    "max_lines": (100, 5_000_000),
    "max_components": (10, 100_000),
    "max_properties": (50, 1_000_000),
    "max_overrides": (10, 100_000),
    "max_attendees": (10, 100_000),
    "max_rdates": (10, 1_000_000),
    "max_instances": (1_000, 1_000_000),
    "min_year": (2, 1970),
    "max_year": (2100, 9998),
    "max_import_bytes": (10_000, 1024 * _MEGABYTE),
    "max_matches": (1_000, 10_000_000),
    "max_filters": (10, 10_000),
    "max_xml_bytes": (10_000, 100 * _MEGABYTE),
    "max_xml_elements": (100, 10_000_000),
    "max_xml_depth": (10, 100),
}


def read_limits(root: Table) -> ObjectLimits:
    """Read ``[limits]``."""
    table, usual = root.table("limits"), ObjectLimits()
    limits = ObjectLimits(
        **{
            key: table.integer(key, getattr(usual, key), low=low, high=high)
            for key, (low, high) in _LIMITS.items()
        }
    )
    table.finish()
    return limits


def read_sessions(root: Table) -> Sessions:
    """Read ``[sessions]``."""
    table, usual = root.table("sessions"), Sessions()
    sessions = Sessions(
        idle_minutes=table.integer("idle_minutes", usual.idle_minutes, low=5, high=720)
    )
    table.finish()
    return sessions


def read_log(root: Table) -> Log:
    """Read ``[log]``."""
    table, usual = root.table("log"), Log()
    log = Log(level=table.choice("level", usual.level))
    table.finish()
    return log
