"""The configuration as frozen values: what ``config/assisto.toml`` says, or would by default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from assisto_caldav.domain.institution import Institution

_HSTS_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where we listen and what a visitor may send.

    ``public_url`` has no slash at its end. ``trusted_proxies`` are networks
    whose forwarding headers are believed. ``workers`` are processes,
    ``threads`` are those of each.
    """

    address: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    workers: int = 2
    threads: int = 8
    max_body_bytes: int = 10 * 1024 * 1024
    body_seconds: int = 20
    trusted_proxies: tuple[str, ...] = ()

    @property
    def is_https(self) -> bool:
        """Say whether visitors reach us over TLS."""
        return self.public_url.startswith("https:")

    @property
    def transport_headers(self) -> tuple[tuple[str, str], ...]:
        """Return what every answer tells a browser about TLS (RFC 6797); no other host's matter."""
        if not self.is_https:
            return ()
        return (("Strict-Transport-Security", f"max-age={_HSTS_SECONDS}"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """``url`` is ``sqlite:<absolute path>`` or ``postgresql://...``, its password included."""

    url: str = field(default="sqlite:assisto.db", repr=False)
    pool_connections: int = 8

    @property
    def sqlite_path(self) -> Path | None:
        """Return the file of the embedded database, or None with PostgreSQL."""
        if self.url.startswith("sqlite:"):
            return Path(self.url.removeprefix("sqlite:"))
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Where the key of sealed fields is, unless ASSISTO_KEY in the environment is it."""

    key_file: Path


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The way out for mails.

    Without ``smtp_host`` and ``folder`` mails wait in the outbox. ``folder``
    is set in the demo alone; then nothing goes over SMTP.
    """

    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_timeout_seconds: int = 30
    from_address: str = ""
    folder: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectLimits:
    """What one calendar object, and one request of a calendar app, may ask of the server.

    ``max_lines`` counts lines as they stand, folded ones too; ``max_properties``
    are those of one component; ``max_rdates`` holds for RDATE and for EXDATE.
    """

    max_object_bytes: int = 1024 * 1024
    max_line_bytes: int = 1024 * 1024
    max_lines: int = 50_000
    max_components: int = 2_000
    max_properties: int = 10_000
    max_overrides: int = 1_000
    max_attendees: int = 1_000
    max_rdates: int = 5_000
    max_instances: int = 10_000
    min_year: int = 1600
    max_year: int = 2999
    max_import_bytes: int = 100 * 1024 * 1024
    max_matches: int = 200_000
    max_filters: int = 200
    max_xml_bytes: int = 4_000_000
    max_xml_elements: int = 50_000
    max_xml_depth: int = 32

    @property
    def min_date_time(self) -> int:
        """Return the first instant that a calendar object may name (RFC 4791 §5.2.6)."""
        return int(datetime(self.min_year, 1, 1, tzinfo=UTC).timestamp())

    @property
    def max_date_time(self) -> int:
        """Return the last one (RFC 4791 §5.2.7)."""
        return int(datetime(self.max_year, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """How long a login of staff lasts without a request."""

    idle_minutes: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitors:
    """How often the web serves one network, and writes to one mail address.

    Only what succeeds is counted. The numbers are high on purpose: everybody
    in a shelter comes from one network.
    """

    window_minutes: int = 60
    holds_per_network: int = 600
    requests_per_network: int = 120
    registrations_per_network: int = 20
    requests_per_address: int = 10
    proof_bits: int = 18
    proof_wait_seconds: int = 60


class LogLevel(StrEnum):
    """The names of the logging module, in lower case."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What is logged."""

    level: LogLevel = LogLevel.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that the files say. Folders are absolute; institutions in order of their ids."""

    file: Path
    data_folder: Path
    institutions_folder: Path
    secrets: Secrets
    institutions: Mapping[str, Institution]
    server: Server = field(default_factory=Server)
    database: Database = field(default_factory=Database)
    mail: Mail = field(default_factory=Mail)
    limits: ObjectLimits = field(default_factory=ObjectLimits)
    sessions: Sessions = field(default_factory=Sessions)
    visitors: Visitors = field(default_factory=Visitors)
    log: Log = field(default_factory=Log)
    editable: bool = True
    demo: bool = False
